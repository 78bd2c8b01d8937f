import EngineAPI
import Linux
import NIOHPACK
import Synchronization

/// A client of BuildKit's that keeps a connection open on which it is asked for files, secrets and credentials.
final class BuildKitSession: Sendable {
  let id: String
  /// Paths of the calls that it answers.
  let methods: Set<String>
  let connection: HTTP2Connection

  init(_ id: String, _ methods: Set<String>, _ connection: HTTP2Connection) {
    self.id = id
    self.methods = methods
    self.connection = connection
  }

  /// Begins a call.
  func call(_ path: String, _ metadata: [(String, String)] = []) throws -> HTTP2Stream {
    guard methods.contains(path) else { throw RPCStatus(.unimplemented, "the client does not answer \(path)") }
    return try connection.open(
      HPACKHeaders(
        [
          (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
          ("content-type", "application/grpc"), ("te", "trailers"),
        ] + metadata))
  }

  /// A call with one message each way.
  func ask(_ path: String, _ message: ProtobufWriter) throws -> ProtobufMessage {
    let stream = try call(path)
    try stream.send(message.bytes)
    stream.sendEnd()
    let answer = try stream.receive()
    try stream.result()
    return try ProtobufMessage(answer ?? [])
  }

  /// What the client knows of a registry; `nil`: nothing.
  func credentials(of host: String) -> (user: String, secret: String)? {
    var request = ProtobufWriter()
    request.add(1, host)
    guard let answer = try? ask("/moby.filesync.v1.Auth/Credentials", request), !answer.text(2).isEmpty else {
      return nil
    }
    return (answer.text(1), answer.text(2))
  }

  /// What the client has on its standard input.
  func upload(_ name: String) throws -> Descriptor {
    let file = try Descriptor.scratchFile("upload")
    let stream = try call(
      "/moby.upload.v1.Upload/Pull", [("urlpath", "/\(name)"), ("urlhost", "buildkit-session")])
    stream.sendEnd()
    while let message = try stream.receive() { try file.writeAll(try ProtobufMessage(message).bytes(1)) }
    try stream.result()
    try file.seek(to: 0)
    return file
  }

  /// - Returns: `nil` where the client has none of that name.
  func secret(_ id: String) throws -> [UInt8]? {
    var request = ProtobufWriter()
    request.add(1, id)
    do { return try ask("/moby.buildkit.secrets.v1.Secrets/GetSecret", request).bytes(1) } catch let status as RPCStatus
      where [.notFound, .unimplemented].contains(status.code) || status.message.contains("not found")
    { return nil }
  }
}

/// The sessions that are open, by the ids that their clients chose.
final class BuildKitSessions: Sendable {
  private let sessions = Mutex<[String: BuildKitSession]>([:])
  private let changed = Signal()

  func add(_ session: BuildKitSession) throws(APIError) {
    let isNew = sessions.withLock { sessions in
      if sessions[session.id] != nil { return false }
      sessions[session.id] = session
      return true
    }
    guard isNew else { throw .conflict("session \(session.id) is there already") }
    changed.notifyAll()
  }

  func remove(_ session: BuildKitSession) {
    sessions.withLock { sessions in
      if sessions[session.id] === session { sessions[session.id] = nil }
    }
  }

  /// A client opens its session and asks for a build at the same time.
  func session(_ id: String) throws -> BuildKitSession {
    changed.wait(until: Monotonic.now + 5_000_000_000) { sessions.withLock { $0[id] != nil } }
    guard let found = sessions.withLock({ $0[id] }) else { throw RPCStatus(.notFound, "no active session for \(id)") }
    return found
  }
}
