import Diagnostics
import Engine
import EngineAPI
import Images
import Linux
import OCI
import Presentation
import Reconciling

extension API {
  func listImages(_ x: Exchange, _ r: Exchange.Route) throws {
    var filters = try Filters(r.query["filters"])
    // Until 1.41 a name had a field of its own.
    if let name = r.query["filter"] { filters.terms["reference", default: []].append(name) }
    let summaries = try engine.images.list(imageFilter(filters))
    let uses = try engine.imageUses()
    x.respond(200, .array(Self.grouped(summaries).map { imageLine($0, uses) }))
  }

  func imageFilter(_ filters: Filters, known: Set<ImageFilter.Key> = Set(ImageFilter.Key.allCases)) throws
    -> ImageFilter
  {
    try ImageFilter(
      filters.terms.flatMap { key, values in values.map { (key: key, value: $0) } }, known: known,
      moment: { try self.moment($0) ?? Timestamp(nanoseconds: 0) })
  }

  /// One for each image, with all its names.
  static func grouped(_ summaries: [ImageSummary]) -> [[ImageSummary]] {
    var order: [Digest] = []
    var groups: [Digest: [ImageSummary]] = [:]
    for summary in summaries {
      if groups[summary.id] == nil { order.append(summary.id) }
      groups[summary.id, default: []].append(summary)
    }
    return order.map { groups[$0]! }
  }

  func imageLine(_ names: [ImageSummary], _ uses: [ImageUse], shared: Int64 = -1) -> JSONValue {
    let image = names[0]
    let digests = Set(names.compactMap { name in name.name.map { "\($0.familiarName)@\(name.manifestDigest)" } })
    let id = image.id.description
    return .object([
      "Id": .string(id), "ParentId": "",
      "RepoTags": names.compactMap { $0.name?.tag == nil ? nil : $0.name!.familiar }.json,
      "RepoDigests": digests.sorted().json,
      "Created": .integer(image.created.flatMap { Timestamp($0) }?.seconds ?? 0), "Size": .integer(image.size),
      "SharedSize": .integer(shared), "VirtualSize": .integer(image.size),
      "Labels": image.labels.isEmpty ? .null : .sorted(image.labels),
      "Containers": .integer(shared < 0 ? -1 : Int64(uses.count { $0.imageID == id })),
    ])
  }

  func inspectImage(_ x: Exchange, _ r: Exchange.Route) throws {
    let platform = try r.query["platform"].map(PlatformText.parse)
    let inspection = try named(r.name) { try engine.images.inspect(r.name, platform: platform) }
    guard case .object(var members) = try JSONValue(encoding: inspection) else { return }
    if let place = members.firstIndex(where: { $0.key == "Parent" }), let parent = try parent(of: inspection.id) {
      members[place].value = .string(parent.description)
    }
    if r.version < APIVersion(1, 44) { members.append(.init("VirtualSize", .integer(inspection.size))) }
    if r.version < APIVersion(1, 45) {
      members += [.init("Container", ""), .init("ContainerConfig", .object([]))]
    }
    if r.version < APIVersion(1, 48) { members.removeAll { $0.key == "Descriptor" } }
    x.respond(200, .object(members))
  }

  /// The image that one was made from here: its layers and its history begin with that one's. The nearest counts.
  private func parent(of id: Digest) throws -> Digest? {
    let child = try engine.images.resolve(id.description).configuration
    var nearest: (id: Digest, layers: Int)?
    for candidate in Set(try engine.images.list().map(\.id)) where candidate != id {
      guard let image = try? engine.images.resolve(candidate.description).configuration else { continue }
      let (layers, history) = (image.rootfs.diffIDs, image.history ?? [])
      guard layers.count < child.rootfs.diffIDs.count, child.rootfs.diffIDs.starts(with: layers), !history.isEmpty,
        (child.history ?? []).starts(with: history), layers.count > nearest?.layers ?? 0
      else { continue }
      nearest = (candidate, layers.count)
    }
    return nearest?.id
  }

  func history(_ x: Exchange, _ r: Exchange.Route) throws {
    let lines = try named(r.name) { try engine.images.history(of: r.name) }
    let tags = try engine.images.inspect(r.name).repoTags
    x.respond(
      200,
      .array(
        lines.map { line in
          .object([
            "Id": .string(line.id?.description ?? "<missing>"),
            "Created": .integer(line.created.flatMap { Timestamp($0) }?.seconds ?? 0),
            "CreatedBy": .string(line.createdBy), "Tags": line.id == nil || tags.isEmpty ? .null : tags.json,
            "Size": .integer(line.size), "Comment": .string(line.comment),
          ])
        }))
  }

  /// Docker's word for what is missing has the tag that was meant.
  func named<Value>(_ name: String, _ work: () throws -> Value) throws -> Value {
    do { return try work() } catch let failure as Failure where failure.code == .notFound {
      throw APIError.notFound("No such image: \((try? Reference(name).tagged.familiar) ?? name)")
    }
  }
}

/// Docker's `platform`: `os/arch/variant`, or that as an object (API 1.48).
enum PlatformText {
  static func parse(_ text: String) throws -> OCI.Platform {
    guard text.hasPrefix("{") else { return try OCI.Platform(text) }
    let json = try JSONValue(parsing: text)
    func field(_ name: String) -> String? { if case .string(let text) = json[name] { text } else { nil } }
    let parts = [field("os"), field("architecture"), field("variant")].compactMap(\.self).filter { !$0.isEmpty }
    return try OCI.Platform(parts.joined(separator: "/"))
  }
}
