import Engine
import EngineAPI
import Images
import FoundationEssentials
import Linux
import Presentation

extension API {
  private static let statusHeader = "X-Docker-Container-Path-Stat"

  func statArchive(_ x: Exchange, _ r: Exchange.Route) throws {
    let status = try engine.status(of: try path(r), in: r.name)
    x.respond(200, [], [(Self.statusHeader, status.header)])
  }

  func getArchive(_ x: Exchange, _ r: Exchange.Route) throws {
    let path = try path(r)
    let id = try engine.container(r.name).id
    try engine.archive(
      path, of: id,
      begin: { x.begin(200, [("Content-Type", "application/x-tar"), (Self.statusHeader, $0.header)]) },
      write: { try x.write(Array($0)) })
  }

  func putArchive(_ x: Exchange, _ r: Exchange.Route) throws {
    let path = try path(r)
    let id = try engine.container(r.name).id
    var options = TreeExtraction.Options()
    options.keepsKinds = r.query.isOn("noOverwriteDirNonDir")
    x.invite()
    try engine.extract(BodySource(x.body), to: path, of: id, options)
    x.respond(200)
  }

  private func path(_ r: Exchange.Route) throws(APIError) -> String {
    guard let path = r.query["path"] else { throw .badRequest("bad parameter: path cannot be empty") }
    return path
  }
}

extension PathStatus {
  /// JSON in base64.
  fileprivate var header: String {
    let json = JSONValue.object([
      "name": .string(name), "size": .integer(size), "mode": .integer(Int64(goMode)),
      "mtime": .string(modified.description), "linkTarget": .string(linkTarget),
    ])
    return Data(json.compact.utf8).base64EncodedString()
  }
}

/// A request's body as it arrives.
final class BodySource: ByteSource {
  private let body: ByteQueue
  private var room: UnsafeMutableRawBufferPointer?

  init(_ body: ByteQueue) { self.body = body }

  deinit { room?.deallocate() }

  func next() throws -> UnsafeRawBufferPointer {
    let bytes = try body.next()
    if bytes.isEmpty { return UnsafeRawBufferPointer(start: nil, count: 0) }
    room?.deallocate()
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    room.copyBytes(from: bytes)
    self.room = room
    return UnsafeRawBufferPointer(room)
  }
}
