import Diagnostics
import EngineAPI
import Linux
import NIOCore
import NIOHTTP1
import Presentation
import Synchronization

/// One request and its answer, as a worker sees them. Calls block; none needs the event loop.
final class Exchange: Sendable {
  private struct State {
    var hasBegun = false
    var hasEnded = false
    var keepsAlive: Bool
    var isGone = false
    var cancellation: Cancellation?
  }

  let method: String
  let uri: String
  let headers: HTTPHeaders
  let body = ByteQueue()
  /// What the server has found out about it before a worker begins.
  let route: Result<Route, APIError>
  private let isHTTP11: Bool
  private let state: Mutex<State>
  private let connection: Connection
  let loop: any EventLoop
  private let outlet: Outlet
  /// Once the connection was taken over.
  private let rawOutlet = Mutex<Outlet?>(nil)

  /// What a request asks for.
  struct Route: Sendable {
    var version: APIVersion
    var endpoint: Endpoint
    var name: String
    var query: Query
  }

  init(_ head: HTTPRequestHead, _ connection: Connection, _ channel: any Channel) {
    method = head.method.rawValue
    uri = head.uri
    headers = head.headers
    isHTTP11 = head.version != .http1_0
    state = Mutex(State(keepsAlive: head.isKeepAlive))
    self.connection = connection
    loop = channel.eventLoop
    outlet = Outlet(channel.eventLoop) { connection.send($0) }
    let method = method
    route = Result { () throws(APIError) in
      let target = try RequestTarget(head.uri)
      let match = try Routes.match(method, target.path)
      return Route(
        version: target.version ?? .newest, endpoint: match.endpoint, name: match.name, query: target.query)
    }
  }

  // MARK: The client's side

  /// Set when nobody waits for the answer any more.
  func cancellation() throws(Failure) -> Cancellation {
    do {
      return try state.withLock { state in
        if let known = state.cancellation { return known }
        let new = try Cancellation()
        if state.isGone { new.cancel() }
        state.cancellation = new
        return new
      }
    } catch { throw Failure(error) }
  }

  func clientHasGone() {
    cancel()
    body.fail(.clientGone)
    outlet.close()
    rawOutlet.withLock { $0?.close() }
  }

  /// It sends no more, but may still read. Of a taken-over connection that is the end of the input.
  func clientHasClosedItsSide() {
    if case .success(let route) = route, [.attach, .startExec, .session, .grpc].contains(route.endpoint) { return }
    cancel()
  }

  private func cancel() {
    state.withLock { state in
      state.isGone = true
      state.cancellation?.cancel()
    }
  }

  /// The body as a value.
  func decode<Value: Decodable>(_ type: Value.Type, allowsEmpty: Bool = false) throws -> Value {
    let bytes = try readBody(limit: RequestBody.limit)
    if !bytes.isEmpty { try RequestBody.check(contentType: headers.first(name: "Content-Type")) }
    return try RequestBody.decode(type, bytes, allowsEmpty: allowsEmpty)
  }

  /// The body as it comes, after telling a client that waits for it to go on (RFC 9110, 10.1.1).
  func readBody(limit: Int) throws -> [UInt8] {
    invite()
    return try body.all(limit: limit)
  }

  func invite() {
    guard isHTTP11, headers.first(name: "expect")?.lowercased() == "100-continue" else { return }
    loop.execute { [connection] in connection.send(HTTPResponseHead(version: .http1_1, status: .continue)) }
  }

  // MARK: The answer

  var hasBegun: Bool { state.withLock { $0.hasBegun } }

  func respond(_ status: Int, _ json: JSONValue) {
    respond(status, Array((json.compact + "\n").utf8), type: "application/json")
  }

  func respond(_ status: Int, _ bytes: [UInt8] = [], type: String? = nil, _ more: [(String, String)] = []) {
    var headers = more
    if let type { headers.append(("Content-Type", type)) }
    if status != 204, status != 304 { headers.append(("Content-Length", "\(bytes.count)")) }
    begin(status, headers)
    if method != "HEAD" { try? outlet.write(bytes) }
    end()
  }

  /// Begins an answer of unknown length; `write` and `end` follow.
  func begin(_ status: Int, type: String? = nil) { begin(status, type.map { [("Content-Type", $0)] } ?? []) }

  func begin(_ status: Int, _ headers: [(String, String)]) {
    let keepsAlive = state.withLock { state in
      state.hasBegun = true
      // Without chunks only the end of the connection tells the end of the body.
      if !isHTTP11, !headers.contains(where: { $0.0 == "Content-Length" }) { state.keepsAlive = false }
      return state.keepsAlive
    }
    var head = HTTPResponseHead(version: isHTTP11 ? .http1_1 : .http1_0, status: .init(statusCode: status))
    head.headers = HTTPHeaders(ServerHeaders.all + headers)
    if !keepsAlive { head.headers.add(name: "Connection", value: "close") }
    if !isHTTP11, keepsAlive { head.headers.add(name: "Connection", value: "keep-alive") }
    loop.execute { [connection, head] in connection.send(head) }
  }

  func write(_ bytes: some Collection<UInt8>) throws(Failure) { try outlet.write(bytes) }

  func write(_ json: JSONValue) throws(Failure) { try write(Array((json.compact + "\r\n").utf8)) }

  func end() {
    let (ends, keepsAlive) = state.withLock { state in
      defer { state.hasEnded = true }
      return (!state.hasEnded, state.keepsAlive)
    }
    guard ends else { return }
    outlet.drain()
    loop.execute { [self] in connection.end(self, keepAlive: keepsAlive) }
  }

  /// An answer that was begun and cannot be completed.
  func abort() {
    state.withLock { $0.hasEnded = true }
    loop.execute { [self] in connection.abort(self) }
  }

  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  /// Takes the connection over from HTTP, answering first what `head` says.
  func takeOver(_ head: [UInt8]) throws -> RawConnection {
    let input = ByteQueue()
    try takeOver { [self] connection in try connection.becomeRaw(self, head: head, input: input) }
    // docker-py reads the head through a buffer that it then leaves behind, with whatever came along in one piece.
    if headers.first(name: "user-agent")?.hasPrefix("docker-sdk-python") ?? false {
      Monotonic.sleep(nanoseconds: 30_000_000)
    }
    let raw = Outlet(loop) { [connection] in connection.sendRaw($0) }
    rawOutlet.withLock { $0 = raw }
    if state.withLock({ $0.isGone }) { raw.close() }
    return RawConnection(input: input, output: raw) { [loop, connection] in
      raw.drain()
      loop.execute { connection.finishRaw() }
    }
  }

  /// Takes the connection over from HTTP.
  /// - Parameter body: called on the event loop; `nil`: the client has gone.
  func takeOver<Taken: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Taken?) throws -> Taken {
    state.withLock {
      $0.hasBegun = true
      $0.hasEnded = true
    }
    guard let taken = try loop.submit({ [connection] in try body(connection) }).wait() else {
      throw Failure.clientGone
    }
    return taken
  }
}
