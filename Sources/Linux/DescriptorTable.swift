import CLinux
import Glibc

/// The kernel's list of what this process has open.
enum DescriptorTable {
  /// Makes room for a thousand while there is one thread. The list grows by itself, but once threads share it each time
  /// waits for a grace period of RCU, ten milliseconds and more (`expand_fdtable` in the kernel's fs/file.c).
  static let makeRoom: Void = {
    let last = systemCall(SYS_fcntl, 0, Int(F_DUPFD_CLOEXEC), 1023)
    // There is no standard input, or no so many are allowed: then it grows when it must.
    if last >= 0 { close(Int32(last)) }
  }()
}
