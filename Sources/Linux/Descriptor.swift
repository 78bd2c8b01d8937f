import CLinux
import Glibc
import Synchronization

/// An open file descriptor, closed when nothing refers to it any more. All descriptors are close-on-exec.
public final class Descriptor: Sendable {
  private let number: Atomic<Int32>

  /// Takes over `raw`.
  public init(owning raw: Int32) { number = Atomic(raw) }

  deinit { close() }

  /// The number, to hand to a system call while this object is alive; -1 after `close` or `release`.
  public var raw: Int32 { number.load(ordering: .relaxed) }

  /// Closes now rather than at the end of life. Safe to call twice.
  public func close() {
    let raw = number.exchange(-1, ordering: .relaxed)
    if raw >= 0 { _ = systemCall(SYS_close, Int(raw)) }
  }

  /// Gives the number up to the caller, who closes it.
  public func release() -> Int32 { number.exchange(-1, ordering: .relaxed) }

  /// A second, independent descriptor of the same open file, numbered `lowest` or above.
  public func duplicate(atLeast lowest: Int32 = 3) throws(SystemError) -> Descriptor {
    Descriptor(
      owning: Int32(
        try check("duplicating a descriptor") { systemCall(SYS_fcntl, Int(raw), Int(F_DUPFD_CLOEXEC), Int(lowest)) }))
  }

  /// Whether the descriptor survives exec(2). Only what a program is meant to inherit does.
  public func setInherited(_ inherited: Bool) throws(SystemError) {
    try check("setting close-on-exec") {
      systemCall(SYS_fcntl, Int(raw), Int(F_SETFD), inherited ? 0 : Int(FD_CLOEXEC))
    }
  }

  public func setNonBlocking(_ nonBlocking: Bool) throws(SystemError) {
    let flags = try check("reading descriptor flags") { systemCall(SYS_fcntl, Int(raw), Int(F_GETFL)) }
    let wanted = nonBlocking ? flags | Int(O_NONBLOCK) : flags & ~Int(O_NONBLOCK)
    if wanted != flags {
      try check("setting descriptor flags") { systemCall(SYS_fcntl, Int(raw), Int(F_SETFL), wanted) }
    }
  }

  /// A path by which this process reaches the very same object, for calls that take only paths.
  public var procPath: String { "/proc/self/fd/\(raw)" }

  /// A pipe: what is written to the second end is read from the first.
  public static func pipe() throws(SystemError) -> (reading: Descriptor, writing: Descriptor) {
    var ends: (Int32, Int32) = (-1, -1)
    try check("making a pipe") {
      withUnsafeMutablePointer(to: &ends) { systemCall(SYS_pipe2, $0.address, Int(O_CLOEXEC)) }
    }
    return (Descriptor(owning: ends.0), Descriptor(owning: ends.1))
  }
}
