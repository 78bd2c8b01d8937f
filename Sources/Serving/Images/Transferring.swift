import Diagnostics
import Engine
import EngineAPI
import FoundationEssentials
import Glibc
import HTTP
import Images
import Linux
import OCI
import Presentation
import Registry
import Synchronization

extension API {
  /// Pull, or import of a root file system.
  func createImage(_ x: Exchange, _ r: Exchange.Route) throws {
    if let source = r.query["fromSrc"] { return try importImage(x, r, source) }
    guard let name = r.query["fromImage"] else { throw APIError.badRequest("neither fromImage nor fromSrc is given") }
    var reference = try Reference(name)
    if let tag = r.query["tag"] {
      reference = try Reference(tag.hasPrefix("sha256:") ? "\(reference.name)@\(tag)" : "\(reference.name):\(tag)")
    }
    let platform = try r.query["platform"].map(PlatformText.parse)
    let registries = try registries(x, for: reference)
    let progress = ProgressStream(exchange: x)
    try progress.run {
      // Without a tag, all of them.
      let all = r.query["tag"] == nil && reference.tag == nil && reference.digest == nil
      let references =
        all
        ? try named(name) {
          try registries.tags(reference).map {
            Reference(domain: reference.domain, path: reference.path, tag: $0)
          }
        } : [reference]
      for reference in references { try pull(reference, registries, platform, progress) }
    }
  }

  private func pull(
    _ reference: Reference, _ registries: Registries, _ platform: Platform?, _ progress: ProgressStream
  ) throws {
    var request: PullRequest
    do { request = PullRequest(reference, from: try registries.source(reference), platform: platform) } catch {
      throw Self.pullError(error, reference)
    }
    let announced = Mutex(false)
    let announce: @Sendable () -> Void = {
      let isFirst = announced.withLock { known in
        defer { known = true }
        return !known
      }
      if isFirst {
        progress.status("Pulling from \(reference.path)", id: reference.digest?.description ?? reference.tag ?? "")
      }
    }
    request.progress = { layer in
      announce()
      let id = layer.layer.short
      switch layer.state {
      case .waiting: progress.send(["status": "Pulling fs layer", "progressDetail": .object([]), "id": .string(id)])
      case .exists: progress.send(["status": "Already exists", "progressDetail": .object([]), "id": .string(id)])
      case .fetchedElsewhere: progress.send(["status": "Waiting", "progressDetail": .object([]), "id": .string(id)])
      case .downloading(let done, let total): progress.progress("Downloading", id: id, done: done, total: total)
      case .complete: progress.send(["status": "Pull complete", "progressDetail": .object([]), "id": .string(id)])
      }
    }
    let result: PullResult
    do { result = try engine.images.pull(request) } catch { throw Self.pullError(error, reference) }
    announce()
    progress.status("Digest: \(result.digest)")
    let status = result.wasUpToDate ? "Image is up to date" : "Downloaded newer image"
    progress.status("Status: \(status) for \(reference.familiar)")
    if let image = try? engine.images.resolve(result.id.description) {
      engine.note(
        Event(
          .image, "pull", id: reference.familiar,
          attributes: image.execution.labels.merging(["name": reference.familiarName]) { $1 }))
    }
  }

  private static func pullError(_ error: any Error, _ reference: Reference) -> any Error {
    guard let failure = error as? Failure else { return error }
    switch failure.code {
    case .notFound:
      return APIError.notFound("manifest for \(reference.familiar) not found: manifest unknown: manifest unknown")
    case .notPermitted:
      return APIError.notFound(
        "pull access denied for \(reference.familiarName), repository does not exist or may require 'docker login': denied: requested access to the resource is denied"
      )
    case .unsupported:
      return APIError.notFound(
        "no matching manifest for the wanted platform in the manifest list entries: \(failure.message)")
    default: return APIError(500, APIError(failure).message)
    }
  }

  func push(_ x: Exchange, _ r: Exchange.Route) throws {
    var reference = try Reference(r.name)
    let all = r.query["tag"] == nil && reference.tag == nil
    if let tag = r.query["tag"] { reference = try Reference("\(reference.name):\(tag)") }
    guard x.headers.contains(name: "X-Registry-Auth") || r.version >= APIVersion(1, 24) else {
      throw APIError.badRequest("X-Registry-Auth is missing")
    }
    let platform = try r.query["platform"].map(PlatformText.parse)
    let progress = ProgressStream(exchange: x)
    var references = [reference.tagged]
    if all {
      references = try engine.images.list().compactMap(\.name).filter { $0.name == reference.name && $0.tag != nil }
    }
    try progress.run {
      progress.status("The push refers to repository [\(reference.name)]")
      guard !references.isEmpty else {
        throw APIError.notFound("An image does not exist locally with the tag: \(reference.familiarName)")
      }
      let repository = try registries(x, for: reference).repository(reference)
      for reference in references {
        let contents: PushContents
        do { contents = try engine.images.pushContents(reference, platform: platform) } catch let failure as Failure
          where failure.code == .notFound
        { throw APIError.notFound("An image does not exist locally with the tag: \(reference.familiarName)") }
        try repository.push(contents, as: reference.tag!) { blob in
          let id = blob.blob.short
          switch blob.state {
          case .preparing: progress.send(["status": "Preparing", "progressDetail": .object([]), "id": .string(id)])
          case .exists:
            progress.send(["status": "Layer already exists", "progressDetail": .object([]), "id": .string(id)])
          case .mounted(let source):
            progress.send([
              "status": .string("Mounted from \(source)"), "progressDetail": .object([]), "id": .string(id),
            ])
          case .uploading(let done, let total): progress.progress("Pushing", id: id, done: done, total: total)
          case .pushed: progress.send(["status": "Pushed", "progressDetail": .object([]), "id": .string(id)])
          }
        }
        let size = Int64(contents.documents.last!.bytes.count)
        progress.status("\(reference.tag!): digest: \(contents.root.digest) size: \(size)")
        progress.send([
          "progressDetail": .object([]),
          "aux": .object([
            "Tag": .string(reference.tag!), "Digest": .string(contents.root.digest.description),
            "Size": .integer(size),
          ]),
        ])
        if let image = try? engine.images.resolve(reference.familiar) { note("push", image, reference) }
      }
    }
  }

  func inspectDistribution(_ x: Exchange, _ r: Exchange.Route) throws {
    let reference = try Reference(r.name).tagged
    let repository = try registries(x, for: reference).source(reference)
    let wanted = reference.digest?.description ?? reference.tag!
    let document: RemoteDocument
    do { document = try repository.manifest(wanted) } catch let failure as Failure {
      throw failure.code == .notFound ? APIError.notFound(failure.description) : failure
    }
    let digest = document.digest ?? Digest.sha256(of: document.bytes)
    x.respond(
      200,
      .object([
        "Descriptor": .object([
          "mediaType": .string(document.mediaType.rawValue), "digest": .string(digest.description),
          "size": .integer(Int64(document.bytes.count)),
        ]),
        "Platforms": .array(try platforms(document, repository)),
      ]))
  }

  private func platforms(_ document: RemoteDocument, _ repository: any RemoteImages) throws -> [JSONValue] {
    func json(_ os: String, _ architecture: String, _ variant: String?) -> JSONValue {
      var members: [JSONValue.Member] = [.init("architecture", .string(architecture)), .init("os", .string(os))]
      if let variant, !variant.isEmpty { members.append(.init("variant", .string(variant))) }
      return .object(members)
    }
    if document.mediaType.isIndex {
      let index = try OCI.JSON.decode(Index.self, from: document.bytes, what: "index")
      return index.manifests.compactMap(\.platform).map { json($0.os, $0.architecture, $0.variant) }
    }
    let manifest = try OCI.JSON.decode(Manifest.self, from: document.bytes, what: "manifest")
    let bytes = try repository.document(manifest.config, limit: OCI.JSON.manifestLimit)
    let configuration = try OCI.JSON.decode(ImageConfiguration.self, from: bytes, what: "configuration")
    return [json(configuration.os, configuration.architecture, configuration.variant)]
  }

  func search(_ x: Exchange, _ r: Exchange.Route) throws {
    guard let term = r.query["term"] else { throw APIError.badRequest("no term to search for") }
    let filters = try Filters(r.query["filters"])
    try filters.allow(["is-automated", "is-official", "stars"])
    let (official, automated) = (try filters.boolean("is-official"), try filters.boolean("is-automated"))
    let stars = filters["stars"].compactMap { Int($0) }.max() ?? 0
    let limit = try r.query.integer("limit").flatMap { $0 > 0 ? min($0, 100) : nil } ?? 25
    let hits = try registries(x, configuration: nil).search(term, limit: limit).filter { hit in
      hit.stars >= stars && (official.map { $0 == hit.isOfficial } ?? true)
        && (automated.map { $0 == hit.isAutomated } ?? true)
    }
    x.respond(
      200,
      .array(
        hits.map { hit in
          .object([
            "star_count": .integer(Int64(hit.stars)), "is_official": .boolean(hit.isOfficial),
            "name": .string(hit.name), "is_automated": .boolean(hit.isAutomated),
            "description": .string(hit.description),
          ])
        }))
  }
}
