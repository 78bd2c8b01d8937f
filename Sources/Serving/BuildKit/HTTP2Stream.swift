import EngineAPI
import Linux
import Synchronization

/// One call of gRPC on a connection of HTTP/2: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
final class HTTP2Stream: Sendable {
  private struct State {
    var head: [HeaderField]?
    var trailers: [HeaderField]?
    var data: [UInt8] = []
    var hasEnded = false
    var failure: RPCStatus?
    var window: Int64
    var hasBegunAnswer = false
    var onFailure: [@Sendable () -> Void] = []
  }

  /// Of one message, as gRPC itself has it by default, with room for what BuildKit's clients send.
  private static let longest = 16 << 20

  let id: UInt32
  private let connection: HTTP2Connection
  private let state: Mutex<State>
  private let arrived = Signal()

  init(_ connection: HTTP2Connection, _ id: UInt32, window: Int64) {
    self.connection = connection
    self.id = id
    state = Mutex(State(window: window))
  }

  // MARK: From the connection

  func take(head: [HeaderField], ends: Bool) {
    state.withLock { state in
      if state.head == nil { state.head = head } else { state.trailers = head }
      if ends {
        state.trailers = state.trailers ?? head
        state.hasEnded = true
      }
    }
    arrived.notifyAll()
  }

  func take(data: ArraySlice<UInt8>, ends: Bool) {
    state.withLock { state in
      state.data += data
      if ends { state.hasEnded = true }
    }
    arrived.notifyAll()
  }

  /// Whether the other side keeps to what it was told that it may send.
  func hasRoom(for count: Int, _ window: UInt32) -> Bool { state.withLock { $0.data.count + count <= Int(window) } }

  func fail(_ status: RPCStatus) {
    let told = state.withLock { state in
      defer { state.onFailure = [] }
      state.failure = state.failure ?? status
      return state.onFailure
    }
    arrived.notifyAll()
    connection.wake()
    for tell in told { tell() }
  }

  /// Who has answered a call may say that it wants to hear no more of it.
  func reset() {
    if state.withLock({ $0.trailers == nil }) { fail(RPCStatus(.cancelled, "the other side gave up")) }
  }

  func widen(_ more: Int64) { state.withLock { $0.window += more } }

  var isOver: Bool { state.withLock { $0.failure != nil } }

  /// - Returns: how much of it may be sent now.
  func spend(_ count: Int) -> Int {
    state.withLock { state in
      let allowed = Int(max(0, min(Int64(count), state.window)))
      state.window -= Int64(allowed)
      return allowed
    }
  }

  // MARK: Calls

  /// Called when whoever waits for the answer gives up or goes away.
  func onFailure(_ tell: @escaping @Sendable () -> Void) {
    let hasFailed = state.withLock { state in
      if state.failure == nil { state.onFailure.append(tell) }
      return state.failure != nil
    }
    if hasFailed { tell() }
  }

  /// Of the head by which it was opened.
  func field(_ name: String) -> String? {
    state.withLock { $0.head?.first { $0.name == name }?.value }
  }

  /// The next message; `nil` at the end.
  func receive() throws -> [UInt8]? {
    guard let head = try take(5, mayEnd: true) else { return nil }
    let count = Int(HTTP2Frame.number(head[1...4]))
    guard head[0] == 0, count <= Self.longest else {
      throw RPCStatus(.resourceExhausted, "a message of \(count) bytes is too long, or compressed")
    }
    return try take(count, mayEnd: false)
  }

  private func take(_ count: Int, mayEnd: Bool) throws -> [UInt8]? {
    var taken: [UInt8] = []
    while taken.count < count {
      arrived.wait { state.withLock { !$0.data.isEmpty || $0.hasEnded || $0.failure != nil } }
      let piece = try state.withLock { state in
        // What arrived before the end is not lost by it.
        if state.data.isEmpty, let failure = state.failure { throw failure }
        let piece = Array(state.data.prefix(count - taken.count))
        state.data.removeFirst(piece.count)
        return piece
      }
      if piece.isEmpty {
        if mayEnd, taken.isEmpty { return nil }
        throw RPCStatus(.internal, "a message ends in its middle")
      }
      taken += piece
      try connection.widen(id, piece.count)
    }
    return taken
  }

  /// Sends a message.
  func send(_ message: [UInt8]) throws {
    try connection.send([0] + HTTP2Frame.word(UInt32(message.count)) + message, on: self)
  }

  // MARK: The answering side

  func answer(_ message: [UInt8]) throws {
    try beginAnswer()
    try send(message)
  }

  private func beginAnswer() throws {
    let begins = state.withLock { state in
      defer { state.hasBegunAnswer = true }
      return !state.hasBegunAnswer
    }
    guard begins else { return }
    let fields = [HeaderField(":status", "200"), HeaderField("content-type", "application/grpc")]
    try connection.send(HTTP2Frame(.headers, flags: HTTP2Frame.endHeaders, stream: id, HeaderEncoder.encode(fields)))
  }

  func finish(_ status: RPCStatus = RPCStatus(.ok, "")) {
    if !isOver {
      try? beginAnswer()
      try? connection.send(
        HTTP2Frame(
          .headers, flags: HTTP2Frame.endHeaders | HTTP2Frame.endStream, stream: id,
          HeaderEncoder.encode(status.trailers)))
    }
    connection.forget(self)
  }

  // MARK: The calling side

  /// Says that no further message follows.
  func sendEnd() throws { try connection.send(HTTP2Frame(.data, flags: HTTP2Frame.endStream, stream: id)) }

  /// Waits for the end of the call.
  /// - Throws: the status that it ended with, unless that is well.
  func result() throws {
    arrived.wait { state.withLock { $0.hasEnded || $0.failure != nil } }
    let trailers = try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.trailers ?? []
    }
    connection.forget(self)
    let status = RPCStatus(trailers: trailers)
    if status.code != .ok { throw status }
  }

  func cancel() {
    connection.reset(id)
    connection.forget(self)
  }
}
