import Diagnostics
import EngineAPI
import Linux
import NIOCore
import NIOHPACK
import NIOHTTP2
import Synchronization

/// One call of gRPC on a connection of HTTP/2: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
final class HTTP2Stream: Sendable {
  private struct State {
    var head: HPACKHeaders?
    var trailers: HPACKHeaders?
    var failure: RPCStatus?
    var hasBegunAnswer = false
    var hasAnswered = false
    var onFailure: [@Sendable () -> Void] = []
    /// What is left of the bytes that were taken last.
    var rest: ArraySlice<UInt8> = []
  }

  /// Of one message, as gRPC itself has it by default, with room for what BuildKit's clients send.
  private static let longest = 16 << 20

  private let channel: any Channel
  /// Whether this is the side that answers.
  private let answers: Bool
  private let state = Mutex(State())
  private let arrived = Signal()
  private let input = ByteQueue()
  private let output: Outlet

  init(_ channel: any Channel, answers: Bool) {
    self.channel = channel
    self.answers = answers
    output = Outlet(channel.eventLoop) { channel.writeAndFlush(Self.data($0)) }
    input.onRoom { channel.read() }
  }

  private static func data(_ bytes: ByteBuffer, endStream: Bool = false) -> HTTP2Frame.FramePayload {
    .data(.init(data: .byteBuffer(bytes), endStream: endStream))
  }

  // MARK: From the event loop

  func take(head: HPACKHeaders, ends: Bool) {
    state.withLock { state in
      if state.head == nil { state.head = head } else { state.trailers = head }
      if ends { state.trailers = state.trailers ?? head }
    }
    if ends { input.finish() }
    arrived.notifyAll()
  }

  func take(data: ByteBuffer, ends: Bool) {
    if data.readableBytes > 0 { _ = input.push(data) }
    if ends { input.finish() }
  }

  var hasRoom: Bool { input.hasRoom }

  /// Nothing more comes of it, either way: both sides are done, or one gave up, or the connection is gone.
  func end() {
    let told = state.withLock { state -> [@Sendable () -> Void] in
      // Who has answered a call may say that it wants to hear no more of it.
      if answers ? state.hasAnswered : state.trailers != nil { return [] }
      state.failure = Self.gone
      defer { state.onFailure = [] }
      return state.onFailure
    }
    input.fail(.clientGone)
    output.close()
    arrived.notifyAll()
    for tell in told { tell() }
  }

  private static let gone = RPCStatus(.cancelled, "the other side has gone")

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
  func field(_ name: String) -> String? { state.withLock { $0.head?.first(name: name) } }

  /// The next message; `nil` at the end.
  func receive() throws -> [UInt8]? {
    guard let head = try take(5, mayEnd: true) else { return nil }
    let count = head[1...].reduce(0) { $0 << 8 | Int($1) }
    guard head[0] == 0, count <= Self.longest else {
      throw RPCStatus(.resourceExhausted, "a message of \(count) bytes is too long, or compressed")
    }
    return try take(count, mayEnd: false)
  }

  private func take(_ count: Int, mayEnd: Bool) throws -> [UInt8]? {
    var taken: [UInt8] = []
    while taken.count < count {
      let hasRest = state.withLock { state in
        let piece = state.rest.prefix(count - taken.count)
        taken += piece
        state.rest = state.rest.dropFirst(piece.count)
        return !piece.isEmpty
      }
      if hasRest { continue }
      let more: [UInt8]
      do { more = try input.next() } catch { throw Self.gone }
      if more.isEmpty {
        if mayEnd, taken.isEmpty { return nil }
        throw RPCStatus(.internal, "a message ends in its middle")
      }
      state.withLock { $0.rest = more[...] }
    }
    return taken
  }

  /// Sends a message. Blocks while the other side is behind.
  func send(_ message: [UInt8]) throws {
    var bytes = ByteBuffer()
    bytes.reserveCapacity(5 + message.count)
    // Not compressed.
    bytes.writeInteger(UInt8(0))
    bytes.writeInteger(UInt32(message.count))
    bytes.writeBytes(message)
    do { try output.write(bytes.readableBytesView) } catch { throw Self.gone }
  }

  private func send(_ fields: HPACKHeaders, endStream: Bool = false) -> EventLoopFuture<Void> {
    // By way of the loop, so that it comes after the messages before it, which take that way too.
    channel.eventLoop.flatSubmit { [channel] in
      channel.writeAndFlush(HTTP2Frame.FramePayload.headers(.init(headers: fields, endStream: endStream)))
    }
  }

  // MARK: The answering side

  func answer(_ message: [UInt8]) throws {
    beginAnswer()
    try send(message)
  }

  private func beginAnswer() {
    let begins = state.withLock { state in
      defer { state.hasBegunAnswer = true }
      return !state.hasBegunAnswer
    }
    if begins { _ = send([":status": "200", "content-type": "application/grpc"]) }
  }

  func finish(_ status: RPCStatus = RPCStatus(.ok, "")) {
    let answers = state.withLock { state in
      defer { state.hasAnswered = true }
      return state.failure == nil
    }
    guard answers else { return }
    beginAnswer()
    // What the other side still says is not for anybody.
    send(HPACKHeaders(status.trailers), endStream: true).whenComplete { _ in self.channel.close(promise: nil) }
  }

  // MARK: The calling side

  func begin(_ head: HPACKHeaders) { _ = send(head) }

  /// Says that no further message follows.
  func sendEnd() {
    channel.eventLoop.execute { [channel] in
      channel.writeAndFlush(Self.data(ByteBuffer(), endStream: true), promise: nil)
    }
  }

  /// Waits for the end of the call.
  /// - Throws: the status that it ended with, unless that is well.
  func result() throws {
    arrived.wait { state.withLock { $0.trailers != nil || $0.failure != nil } }
    let trailers = try state.withLock { state in
      if let trailers = state.trailers { return trailers }
      throw state.failure ?? Self.gone
    }
    cancel()
    let status = RPCStatus(status: trailers.first(name: "grpc-status"), message: trailers.first(name: "grpc-message"))
    if status.code != .ok { throw status }
  }

  /// What the other side still says of it is not wanted.
  func cancel() { channel.close(promise: nil) }
}
