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

  private func importImage(_ x: Exchange, _ r: Exchange.Route, _ source: String) throws {
    let platform = try r.query["platform"].map(PlatformText.parse)
    var name: Reference?
    if let repository = r.query["repo"] {
      name = try Reference(repository + (r.query["tag"].map { ":\($0)" } ?? "")).tagged
    }
    let progress = ProgressStream(exchange: x)
    try progress.run {
      let image = try withArchive(source, x) { archive in
        var request = ImportRequest(archive, name: name)
        request.changes = r.query.all("changes")
        request.message = r.query["message"] ?? "Imported from \(source)"
        request.platform = platform
        return try engine.images.importRootFileSystem(request)
      }
      note("import", image, name)
      progress.status(image.id.description)
    }
  }

  /// The body, or what is at an address.
  private func withArchive<Value>(_ source: String, _ x: Exchange, _ work: (ArchiveSource) throws -> Value) throws
    -> Value
  {
    if source == "-" { return try withBody(x, work) }
    let address = try Address(source.contains("://") ? source : "http://\(source)")
    let client = Client(
      userAgent: "davit/\(version)", proxies: Proxies(environment: environment), cancellation: try x.cancellation())
    // Read by one thread at a time: this one, then the one that moves the bytes.
    nonisolated(unsafe) let response = try client.send(Request(.get, address))
    guard response.status == 200 else { throw APIError(500, "\(source) answers with status \(response.status)") }
    let pipe = try Descriptor.pipe()
    let mover = try Thread.spawn {
      defer { pipe.writing.close() }
      while case let piece = try response.next(), !piece.isEmpty { try pipe.writing.writeAll(piece) }
    }
    let value = try work(.descriptor(pipe.reading.raw))
    try mover.join()
    return value
  }

  /// The request's body as a pipe.
  func withBody<Value>(_ x: Exchange, _ work: (ArchiveSource) throws -> Value) throws -> Value {
    let pipe = try Descriptor.pipe()
    x.invite()
    let mover = try Thread.spawn {
      defer { pipe.writing.close() }
      while case let bytes = try x.body.next(), !bytes.isEmpty { try pipe.writing.writeAll(bytes) }
    }
    defer {
      pipe.reading.close()
      // What was sent behind the archive is of no use.
      _ = try? mover.join()
    }
    return try work(.descriptor(pipe.reading.raw))
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
      guard !references.isEmpty else {
        throw APIError.notFound("An image does not exist locally with the tag: \(reference.familiarName)")
      }
    }
    try progress.run {
      progress.status("The push refers to repository [\(reference.name)]")
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

  func saveImages(_ x: Exchange, _ names: [String]) throws {
    guard !names.isEmpty else { throw APIError.badRequest("no image is named") }
    for name in names { _ = try named(name) { try engine.images.resolve(name) } }
    let pipe = try Descriptor.pipe()
    let saver = try Thread.spawn { [engine] in
      defer { pipe.writing.close() }
      try engine.images.save(names, to: pipe.writing.raw)
    }
    x.begin(200, type: "application/x-tar")
    do {
      while case let bytes = try pipe.reading.read(upTo: 64 << 10), !bytes.isEmpty { try x.write(bytes) }
    } catch {
      pipe.reading.close()
      _ = try? saver.join()
      throw error
    }
    try saver.join()
  }

  func loadImages(_ x: Exchange, _ r: Exchange.Route) throws {
    let quiet = r.query.isOn("quiet")
    let platform = try r.query["platform"].map(PlatformText.parse)
    let progress = ProgressStream(exchange: x)
    // What is wrong with an archive is found out when half of it is there: it is told in the stream, always.
    x.begin(200, type: "application/json")
    try progress.run {
      let result = try withBody(x) { archive in
        var request = LoadRequest(archive, platform: platform)
        if !quiet {
          request.progress = { layer in
            if layer.done < layer.total {
              progress.progress("Loading layer", id: layer.layer.short, done: layer.done, total: layer.total)
            }
          }
        }
        return try engine.images.load(request)
      }
      for loaded in result.images {
        for line in loaded.lines { progress.stream(line + "\n") }
        if let image = try? engine.images.resolve(loaded.id.description) { note("load", image, loaded.names.first) }
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
    guard r.query["term"] != nil else { throw APIError.badRequest("no term to search for") }
    throw APIError.notImplemented("searching registries is not there")
  }
}
