import Building
import Engine
import EngineAPI
import Images
import Linux
import Presentation
import Reconciling

extension API {
  func diskUsage(_ x: Exchange, _ r: Exchange.Route) throws {
    let kinds = r.query.all("type")
    for kind in kinds where !["container", "image", "volume", "build-cache"].contains(kind) {
      throw APIError.badRequest("unknown object type: \(kind)")
    }
    func wants(_ kind: String) -> Bool { kinds.isEmpty || kinds.contains(kind) }
    let views = try engine.containers()
    var members: [JSONValue.Member] = []
    if wants("image") {
      let uses = try engine.imageUses()
      let usage = try engine.images.usage(used: Set(uses.map(\.imageID)))
      let shared = Dictionary(usage.images.map { ($0.image.id, $0.shared) }) { first, _ in first }
      members.append(.init("LayersSize", .integer(usage.size)))
      members.append(
        .init(
          "Images",
          .array(
            Self.grouped(usage.images.map(\.image)).map { imageLine($0, uses, shared: shared[$0[0].id] ?? 0) })))
      if wants("build-cache") { members.append(.init("BuilderSize", .integer(usage.buildSize))) }
    }
    if wants("container") {
      let facts = try ListingFacts(engine)
      members.append(
        .init(
          "Containers",
          .array(
            try views.map { view in
              guard case .object(let line) = facts.summary(of: view).json else { return .null }
              let sizes = try engine.diskUse(of: view.id)
              return .object(line + [.init("SizeRw", .integer(sizes.own)), .init("SizeRootFs", .integer(sizes.whole))])
            })))
    }
    if wants("volume") {
      members.append(
        .init(
          "Volumes",
          .array(
            try engine.volumes().map { volume in
              let users = views.count { $0.record.volumes.contains { $0.name == volume.name } }
              return volume.json(use: ((try? engine.size(ofVolume: volume.name)) ?? -1, users))
            })))
    }
    if wants("build-cache") {
      members.append(.init("BuildCache", .array(try BuildCache(engine).records().map(\.usage))))
    }
    // What was not asked for is null, not absent.
    for key in ["Images", "Containers", "Volumes", "BuildCache"] where !members.contains(where: { $0.key == key }) {
      members.append(.init(key, .null))
    }
    if !wants("image") { members.append(.init("LayersSize", 0)) }
    x.respond(200, .object(members))
  }
}

extension BuildCache.Record {
  /// Its line in `GET /system/df`.
  fileprivate var usage: JSONValue {
    .object([
      "ID": .string(id), "Parents": .array([parent].compactMap { $0 }.map(JSONValue.string)),
      "Type": .string(kind.rawValue), "Description": .string(description), "InUse": false,
      "Shared": .boolean(isShared), "Size": .integer(size),
      "CreatedAt": .string((created ?? used ?? Timestamp(nanoseconds: 0)).description),
      "LastUsedAt": used.map { .string($0.description) } ?? .null, "UsageCount": 1,
    ])
  }
}
