import CLinux
import Glibc

/// A clock that becomes readable at its time (timerfd_create(2), CLOCK_MONOTONIC).
public struct TimerDescriptor: Sendable {
  public let descriptor: Descriptor

  public init() throws(SystemError) {
    descriptor = Descriptor(
      owning: Int32(
        try check("making a timer") {
          systemCall(SYS_timerfd_create, Int(CLOCK_MONOTONIC), Int(O_CLOEXEC | O_NONBLOCK))
        }))
  }

  /// Sets it to ring at a time of `Monotonic.now`; `nil` stops it.
  public func set(at deadline: Int64?) throws(SystemError) {
    var setting = itimerspec()
    if let deadline {
      // All zero would stop the clock instead of ringing at once.
      let time = max(deadline, 1)
      setting.it_value = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
    }
    try check("setting a timer") {
      withUnsafeMutablePointer(to: &setting) {
        systemCall(SYS_timerfd_settime, Int(descriptor.raw), 1 /* TFD_TIMER_ABSTIME */, $0.address, 0)
      }
    }
  }

  /// Takes note that it rang, so that it is not readable any more.
  public func acknowledge() {
    var count: UInt64 = 0
    _ = withUnsafeMutablePointer(to: &count) { systemCall(SYS_read, Int(descriptor.raw), $0.address, 8) }
  }
}
