import CLinux
import Glibc

/// A set of signals as the kernel has it: bit n-1 is signal n.
public struct SignalSet: Hashable, Sendable, ExpressibleByArrayLiteral {
  public var bits: UInt64

  public init(bits: UInt64 = 0) { self.bits = bits }
  public init(arrayLiteral signals: Int32...) { bits = signals.reduce(0) { $0 | 1 << UInt64($1 - 1) } }

  public static let none = SignalSet()
  public static let all = SignalSet(bits: .max)

  public func contains(_ signal: Int32) -> Bool { bits & 1 << UInt64(signal - 1) != 0 }

  /// Blocks these signals, on top of those that are blocked already, in the calling thread.
  public func block() { SignalSet.mask(SIG_BLOCK, self) }
  public func unblock() { SignalSet.mask(SIG_UNBLOCK, self) }
  /// The calling thread's mask becomes exactly this.
  public func setAsMask() { SignalSet.mask(SIG_SETMASK, self) }

  private static func mask(_ how: Int32, _ set: SignalSet) {
    var bits = set.bits
    _ = withUnsafeMutablePointer(to: &bits) { systemCall(SYS_rt_sigprocmask, Int(how), $0.address, 0, 8) }
  }
}

/// Signals that arrive as data (signalfd(2)). Block them first.
public struct SignalDescriptor: Sendable {
  public struct Arrival: Sendable {
    public var signal: Int32
    public var sender: Int32
    /// Of SIGCHLD: the status as the kernel encodes it in `si_status`.
    public var status: Int32
  }

  public let descriptor: Descriptor

  public init(_ signals: SignalSet) throws(SystemError) {
    var bits = signals.bits
    descriptor = Descriptor(
      owning: Int32(
        try check("making a signal descriptor") {
          withUnsafeMutablePointer(to: &bits) {
            systemCall(SYS_signalfd4, -1, $0.address, 8, Int(O_CLOEXEC | O_NONBLOCK))
          }
        }))
  }

  /// The next signal; `nil` when none waits.
  public func next() -> Arrival? {
    var info = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    let length = withUnsafeMutablePointer(to: &info) {
      systemCall(SYS_read, Int(descriptor.raw), $0.address, size)
    }
    guard length == size else { return nil }
    return Arrival(signal: Int32(info.ssi_signo), sender: Int32(bitPattern: info.ssi_pid), status: info.ssi_status)
  }
}
