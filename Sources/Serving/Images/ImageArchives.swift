import Diagnostics
import Engine
import EngineAPI
import HTTP
import Images
import Linux
import OCI
import Presentation

extension API {
  func importImage(_ x: Exchange, _ r: Exchange.Route, _ source: String) throws {
    let platform = try r.query["platform"].map(PlatformText.parse)
    var name: Reference?
    if let repository = r.query["repo"] {
      name = try Reference(repository + (r.query["tag"].map { ":\($0)" } ?? "")).tagged
    }
    let progress = ProgressStream(exchange: x)
    try progress.run {
      let image = try withArchive(source, x) { archive in
        var request = ImportRequest(archive, name: name)
        request.admit = admission()
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
        var request = LoadRequest(archive, platform: platform, admit: admission())
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
}
