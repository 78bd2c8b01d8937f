import CLinux
import Glibc

/// A process that cannot be mistaken for a later one with the same number: proc_pid_stat(5), field 22.
public struct ProcessIdentity: Hashable, Sendable {
  public var pid: Int32
  /// Clock ticks since boot.
  public var startTime: UInt64

  public init(pid: Int32, startTime: UInt64) {
    self.pid = pid
    self.startTime = startTime
  }

  /// The process that has this number now; `nil` where there is none, or one that has ended and only waits to be
  /// collected.
  public init?(of pid: Int32) {
    guard pid > 0, let file = try? Descriptor.open("/proc/\(pid)/stat"), let text = try? file.read(upTo: 1024),
      // The name, field 2, is in parentheses and may contain any of what separates the others.
      let close = text.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = text[(close + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19, let state = fields[0].first, state != UInt8(ascii: "Z"), state != UInt8(ascii: "X") else {
      return nil
    }
    self.init(pid: pid, startTime: fields[19].reduce(0) { $0 &* 10 &+ UInt64($1 &- 48) })
  }

  /// Whether it is this process, and still runs.
  public var isAlive: Bool { ProcessIdentity(of: pid) == self }

  /// A pidfd: readable once the process has ended, and never another process. `nil` where it has ended already.
  public func open() -> Descriptor? {
    guard pid > 0 else { return nil }
    let raw = systemCall(SYS_pidfd_open, Int(pid), 0)
    guard raw >= 0 else { return nil }
    let descriptor = Descriptor(owning: Int32(raw))
    return isAlive ? descriptor : nil
  }
}
