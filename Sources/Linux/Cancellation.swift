import CLinux
import Diagnostics
import Glibc
import Synchronization

/// "Stop what you are doing": set once, from a signal or another thread, looked at or waited for by any number.
public final class Cancellation: Sendable {
  private let flag = Atomic(false)
  private let event: Descriptor

  public init() throws(SystemError) {
    event = Descriptor(
      owning: Int32(try Linux.check("making an event") { systemCall(SYS_eventfd2, 0, Int(EFD_CLOEXEC | EFD_NONBLOCK)) })
    )
  }

  public var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// Becomes readable, and stays so, when cancelled: for poll(2) next to what is waited for.
  public var descriptor: Descriptor { event }

  /// Safe in a signal handler.
  public func cancel() {
    flag.store(true, ordering: .relaxed)
    var one: UInt64 = 1
    _ = systemCall(SYS_write, Int(event.raw), withUnsafePointer(to: &one) { $0.address }, 8)
  }

  /// Throws when cancelled.
  public func check() throws(Failure) {
    if isCancelled { throw Failure(.interrupted, "interrupted", exitStatus: ExitStatus.interrupted) }
  }

  /// Sleeps; `false` when it was cut short by cancelling.
  public func sleep(nanoseconds: Int64) -> Bool {
    let deadline = Monotonic.now + nanoseconds
    while !isCancelled {
      let left = deadline - Monotonic.now
      if left <= 0 { return true }
      _ = poll([event], timeout: left)
    }
    return false
  }
}
