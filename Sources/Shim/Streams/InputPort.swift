import Glibc
import Linux

/// The shim's end of the container's standard input: a pipe or its terminal. Never waits; what the container does not
/// take yet is kept, and then no more is accepted.
final class InputPort {
  private let loop: EventLoop
  private var target: Descriptor?
  private var pending: ArraySlice<UInt8> = []
  private var endsWhenDrained = false
  private let onDrained: () -> Void

  /// - Parameter onDrained: more is accepted again.
  init(_ target: Descriptor, loop: EventLoop, onDrained: @escaping () -> Void) throws(SystemError) {
    self.loop = loop
    self.target = target
    self.onDrained = onDrained
    try target.setNonBlocking(true)
  }

  /// - Returns: `false` when it has to wait for `onDrained` before more is written. Once input has ended, bytes lead
  ///   nowhere.
  func write(_ bytes: [UInt8]) -> Bool {
    guard target != nil, !endsWhenDrained else { return true }
    pending += bytes
    push()
    return pending.isEmpty
  }

  /// The container reads the end after what was written.
  func end() {
    endsWhenDrained = true
    if pending.isEmpty { close() }
  }

  func close() {
    if let target { loop.forget(target.raw) }
    target = nil
    pending = []
  }

  private func push() {
    guard let target else { return }
    let sent = pending.withUnsafeBytes { Glibc.write(target.raw, $0.baseAddress, $0.count) }
    if sent < 0, errno != EAGAIN, errno != EINTR {
      close()
      return
    }
    pending = pending.dropFirst(max(sent, 0))
    guard pending.isEmpty else {
      // Watching an object twice is refused, which is as good.
      try? loop.watch(target.raw, .writable) { [unowned self] _ in drainMore() }
      return
    }
    pending = []
    if endsWhenDrained { close() }
  }

  private func drainMore() {
    push()
    guard pending.isEmpty else { return }
    if let target { loop.forget(target.raw) }
    onDrained()
  }
}
