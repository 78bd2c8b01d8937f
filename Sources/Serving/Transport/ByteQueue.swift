import Diagnostics
import Linux
import NIOCore
import Synchronization

/// Bytes on their way from the event loop to a worker. The loop stops reading from the client when the worker falls
/// behind, so no more than about `limit` ever waits here, however large a body is.
final class ByteQueue: Sendable {
  private struct State {
    var chunks = CircularBuffer<ByteBuffer>()
    var count = 0
    var hasEnded = false
    var failure: Failure?
    /// The loop was told to pause.
    var isPaused = false
    var wantMore: (@Sendable () -> Void)?
  }

  static let limit = 256 << 10
  private let state = Mutex(State())
  private let arrived = Signal()

  /// - Parameter more: called, from any thread, when reading may go on after a `push` said that it may not.
  func onRoom(_ more: @escaping @Sendable () -> Void) { state.withLock { $0.wantMore = more } }

  /// - Returns: whether more may be read from the client now.
  func push(_ chunk: ByteBuffer) -> Bool {
    let goesOn = state.withLock { state in
      guard !state.hasEnded, state.failure == nil else { return true }
      state.chunks.append(chunk)
      state.count += chunk.readableBytes
      state.isPaused = state.count >= Self.limit
      return !state.isPaused
    }
    arrived.notifyAll()
    return goesOn
  }

  var hasRoom: Bool { state.withLock { !$0.isPaused } }

  func finish() {
    state.withLock { $0.hasEnded = true }
    arrived.notifyAll()
  }

  /// What is left is dropped: who sent it is gone.
  func fail(_ failure: Failure) {
    state.withLock { state in
      if !state.hasEnded { state.failure = failure }
    }
    arrived.notifyAll()
  }

  /// The next bytes; empty at the end. Blocks.
  func next() throws(Failure) -> [UInt8] {
    arrived.wait { state.withLock { !$0.chunks.isEmpty || $0.hasEnded || $0.failure != nil } }
    let (result, more) = state.withLock { state -> (Result<[UInt8], Failure>, (@Sendable () -> Void)?) in
      if let failure = state.failure { return (.failure(failure), nil) }
      guard let chunk = state.chunks.popFirst() else { return (.success([]), nil) }
      state.count -= chunk.readableBytes
      let resumes = state.isPaused && state.count < Self.limit / 2
      if resumes { state.isPaused = false }
      return (.success(Array(chunk.readableBytesView)), resumes ? state.wantMore : nil)
    }
    more?()
    return try result.get()
  }

  /// Everything to the end.
  /// - Throws: `.invalidInput` beyond `limit` bytes.
  func all(limit: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let chunk = try next()
      if chunk.isEmpty { return bytes }
      bytes += chunk
      guard bytes.count <= limit else { throw Failure(.invalidInput, "the body of the request is too long") }
    }
  }
}

extension Failure {
  static let clientGone = Failure(.interrupted, "the client has gone")
}
