import Diagnostics
import Linux
import NIOCore
import Synchronization

/// Bytes on their way from a worker to a client. A worker that is faster than its client waits, so that no more than
/// `limit` is kept; what is written in quick succession travels together.
final class Outlet: Sendable {
  private struct State {
    var pending = ByteBuffer()
    var inFlight = 0
    var isScheduled = false
    var isClosed = false
  }

  private static let limit = 512 << 10
  private let loop: any EventLoop
  private let send: @Sendable (ByteBuffer) -> EventLoopFuture<Void>
  private let state = Mutex(State())
  private let sent = Signal()

  /// - Parameter send: called on the loop.
  init(_ loop: any EventLoop, send: @escaping @Sendable (ByteBuffer) -> EventLoopFuture<Void>) {
    self.loop = loop
    self.send = send
  }

  /// Blocks while the client is behind. Throws when it has gone.
  func write(_ bytes: some Collection<UInt8>) throws(Failure) {
    if bytes.isEmpty { return }
    sent.wait { state.withLock { $0.isClosed || $0.pending.readableBytes + $0.inFlight < Self.limit } }
    let (schedules, isClosed) = state.withLock { state in
      if state.isClosed { return (false, true) }
      state.pending.writeBytes(bytes)
      defer { state.isScheduled = true }
      return (!state.isScheduled, false)
    }
    if isClosed { throw .clientGone }
    if schedules { loop.execute { self.flush() } }
  }

  /// Waits until everything is with the kernel, or the client has gone.
  func drain() { sent.wait { state.withLock { $0.isClosed || $0.pending.readableBytes + $0.inFlight == 0 } } }

  func close() {
    state.withLock { $0.isClosed = true }
    sent.notifyAll()
  }

  private func flush() {
    let bytes = state.withLock { state in
      state.isScheduled = false
      let bytes = state.pending
      state.pending = ByteBuffer()
      state.inFlight += bytes.readableBytes
      return bytes
    }
    send(bytes).whenComplete { result in
      self.state.withLock { state in
        state.inFlight -= bytes.readableBytes
        if case .failure = result { state.isClosed = true }
      }
      self.sent.notifyAll()
    }
  }
}
