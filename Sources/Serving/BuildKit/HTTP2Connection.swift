import Diagnostics
import EngineAPI
import Linux
import Synchronization

/// A connection that speaks HTTP/2 (RFC 9113), from either side. `run` reads it on the calling thread until it ends; streams
/// are read and written by any others, whose calls block.
final class HTTP2Connection: Sendable {
  enum Side: Sendable {
    case client
    /// Called, on the reading thread, with each stream that the other side opens.
    case server(@Sendable (HTTP2Stream) -> Void)
  }

  private struct State {
    var streams: [UInt32: HTTP2Stream] = [:]
    var next: UInt32 = 1
    /// Bytes that the other side takes, of all streams together.
    var window: Int64 = 65535
    /// And of a new one.
    var initialWindow: Int64 = 65535
    var isClosed = false
  }

  /// What each stream of the other side may send before somebody reads it.
  private static let window: UInt32 = 1 << 20
  private static let mostStreams: UInt32 = 200
  /// Of a head, in bytes, before it is taken apart.
  private static let longestHead = 64 << 10

  private let raw: RawConnection
  private let side: Side
  private let state = Mutex(State())
  /// Windows opened, or the connection closed.
  private let changed = Signal()

  init(_ raw: RawConnection, _ side: Side) {
    self.raw = raw
    self.side = side
  }

  /// Says what comes before everything else.
  func begin() throws {
    if case .client = side { try raw.output.write(HTTP2Frame.preface) }
    var settings: [UInt8] = []
    for (id, value) in [(UInt16(3), Self.mostStreams), (4, Self.window)] {
      settings += [UInt8(id >> 8), UInt8(id & 0xff)] + HTTP2Frame.word(value)
    }
    try send(HTTP2Frame(.settings, settings))
  }

  // MARK: Reading

  /// Reads until the connection ends, however it does. `begin` comes first.
  func run() {
    defer { close() }
    do {
      var reader = Reader(raw.input)
      if case .server = side {
        guard try reader.take(HTTP2Frame.preface.count) == HTTP2Frame.preface[...] else { return }
      }
      var decoder = HeaderDecoder()
      while let head = try reader.take(HTTP2Frame.headCount) {
        var (count, frame) = HTTP2Frame.head(head)
        guard count <= HTTP2Frame.largest, let payload = try reader.take(count) else { return }
        frame.payload = Array(payload)
        if frame.kind == .headers {
          guard let block = try wholeHead(frame, &reader) else { return }
          take(try decoder.decode(block), frame)
        } else {
          try take(frame)
        }
      }
    } catch {
      // Who breaks the rules is not spoken to any more.
    }
  }

  /// A head may go on in further frames, and nothing comes between them.
  private func wholeHead(_ first: HTTP2Frame, _ reader: inout Reader) throws -> [UInt8]? {
    guard let content = first.content else { return nil }
    var block = Array(content)
    var flags = first.flags
    while flags & HTTP2Frame.endHeaders == 0 {
      guard let head = try reader.take(HTTP2Frame.headCount) else { return nil }
      let (count, frame) = HTTP2Frame.head(head)
      guard frame.kind == .continuation, frame.stream == first.stream, block.count + count <= Self.longestHead,
        let payload = try reader.take(count)
      else { return nil }
      block += payload
      flags = frame.flags
    }
    return block
  }

  private func take(_ fields: [HeaderField], _ frame: HTTP2Frame) {
    let ends = frame.flags & HTTP2Frame.endStream != 0
    if let stream = state.withLock({ $0.streams[frame.stream] }) { return stream.take(head: fields, ends: ends) }
    guard case .server(let opened) = side, frame.stream % 2 == 1 else { return }
    let stream: HTTP2Stream? = state.withLock { state in
      guard state.streams.count < Int(Self.mostStreams) else { return nil }
      let stream = HTTP2Stream(self, frame.stream, window: state.initialWindow)
      state.streams[frame.stream] = stream
      return stream
    }
    guard let stream else { return reset(frame.stream) }
    stream.take(head: fields, ends: ends)
    opened(stream)
  }

  private func take(_ frame: HTTP2Frame) throws {
    let stream = state.withLock { $0.streams[frame.stream] }
    switch frame.kind {
    case .data:
      // The connection's own window stays open: each stream's is what bounds what is kept.
      if !frame.payload.isEmpty { try widen(0, frame.payload.count) }
      guard let content = frame.content else { throw RPCStatus(.internal, "wrong padding") }
      if let stream, !stream.hasRoom(for: content.count, Self.window) {
        throw RPCStatus(.internal, "beyond the window")
      }
      stream?.take(data: content, ends: frame.flags & HTTP2Frame.endStream != 0)
    case .settings:
      guard frame.flags & HTTP2Frame.acknowledgement == 0 else { return }
      for setting in frame.settings where setting.id == 4 {
        state.withLock { state in
          for stream in state.streams.values { stream.widen(Int64(setting.value) - state.initialWindow) }
          state.initialWindow = Int64(setting.value)
        }
      }
      changed.notifyAll()
      try send(HTTP2Frame(.settings, flags: HTTP2Frame.acknowledgement))
    case .ping:
      guard frame.flags & HTTP2Frame.acknowledgement == 0 else { return }
      try send(HTTP2Frame(.ping, flags: HTTP2Frame.acknowledgement, frame.payload))
    case .windowUpdate:
      let more = Int64(HTTP2Frame.number(frame.payload.prefix(4)) & 0x7fff_ffff)
      if frame.stream == 0 { state.withLock { $0.window += more } } else { stream?.widen(more) }
      changed.notifyAll()
    case .reset: stream?.reset()
    case .goAway, .priority, .pushPromise, .continuation, .headers, nil: break
    }
  }

  /// Bytes in pieces of the wanted lengths.
  private struct Reader {
    private let queue: ByteQueue
    private var pending: ArraySlice<UInt8> = []

    init(_ queue: ByteQueue) { self.queue = queue }

    /// `nil` at the end.
    mutating func take(_ count: Int) throws -> ArraySlice<UInt8>? {
      while pending.count < count {
        let more = try queue.next()
        if more.isEmpty { return nil }
        pending = pending.isEmpty ? more[...] : Array(pending + more)[...]
      }
      defer { pending = pending.dropFirst(count) }
      return pending.prefix(count)
    }
  }

  // MARK: Writing

  /// Opens a stream to the other side.
  func open(_ fields: [HeaderField]) throws -> HTTP2Stream {
    let stream = try state.withLock { state in
      guard !state.isClosed else { throw RPCStatus(.unavailable, "the client has gone") }
      let stream = HTTP2Stream(self, state.next, window: state.initialWindow)
      state.streams[state.next] = stream
      state.next += 2
      // The number says which came first: no other stream's head may overtake.
      try send(HTTP2Frame(.headers, flags: HTTP2Frame.endHeaders, stream: stream.id, HeaderEncoder.encode(fields)))
      return stream
    }
    return stream
  }

  func send(_ frame: HTTP2Frame) throws(Failure) { try raw.output.write(frame.bytes) }

  /// Data in frames, as the other side has room for it.
  func send(_ bytes: [UInt8], on stream: HTTP2Stream) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      var count = 0
      changed.wait {
        if stream.isOver { return true }
        return state.withLock { state in
          if state.isClosed { return true }
          count = Int(min(Int64(min(rest.count, HTTP2Frame.largest)), state.window))
          count = count > 0 ? stream.spend(count) : 0
          state.window -= Int64(count)
          return count > 0
        }
      }
      guard count > 0 else { throw RPCStatus(.cancelled, "the other side has gone") }
      try send(HTTP2Frame(.data, stream: stream.id, Array(rest.prefix(count))))
      rest = rest.dropFirst(count)
    }
  }

  /// The other side may send so much more.
  func widen(_ stream: UInt32, _ count: Int) throws(Failure) {
    try send(HTTP2Frame(.windowUpdate, stream: stream, HTTP2Frame.word(UInt32(count))))
  }

  func reset(_ stream: UInt32) { try? send(HTTP2Frame(.reset, stream: stream, HTTP2Frame.word(8))) }

  /// Nothing more comes of it, either way.
  func forget(_ stream: HTTP2Stream) {
    state.withLock { $0.streams[stream.id] = nil }
    changed.notifyAll()
  }

  func wake() { changed.notifyAll() }

  func close() {
    let streams = state.withLock { state in
      defer { state.streams.removeAll() }
      state.isClosed = true
      return Array(state.streams.values)
    }
    for stream in streams { stream.fail(RPCStatus(.unavailable, "the client has gone")) }
    changed.notifyAll()
    raw.finish()
  }
}
