import CLinux
import Glibc

/// What a process says about itself: prctl(2), prlimit(2), seccomp(2).
public enum ProcessControl {
  /// PR_SET_PDEATHSIG: the signal that comes when the thread that made this process ends. Changing ids clears it.
  public static func setParentDeathSignal(_ signal: Int32) throws(SystemError) {
    try check("setting the parent-death signal") { systemCall(SYS_prctl, Int(PR_SET_PDEATHSIG), Int(signal)) }
  }

  /// PR_SET_DUMPABLE 0: others in the same namespaces cannot look into this process or reach its program file by /proc.
  public static func setUndumpable() throws(SystemError) {
    try check("making the process undumpable") { systemCall(SYS_prctl, Int(PR_SET_DUMPABLE), 0) }
  }

  public static func setNoNewPrivileges() throws(SystemError) {
    try check("setting no_new_privs") { systemCall(SYS_prctl, Int(PR_SET_NO_NEW_PRIVS), 1) }
  }

  /// PR_SET_KEEPCAPS: the permitted capabilities outlive the next change of user.
  public static func setKeepCapabilities(_ keep: Bool) throws(SystemError) {
    try check("keeping capabilities") { systemCall(SYS_prctl, Int(PR_SET_KEEPCAPS), keep ? 1 : 0) }
  }

  /// The name in ps(1); at most 15 bytes are kept.
  public static func setName(_ name: String) {
    _ = name.withCString { systemCall(SYS_prctl, Int(PR_SET_NAME), $0.address) }
  }

  /// Names of resource limits in the order of the kernel's numbers (asm-generic/resource.h).
  public static let limitNames = [
    "cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending",
    "msgqueue", "nice", "rtprio", "rttime",
  ]

  private static func limitName(_ resource: UInt32) -> String {
    limitNames.indices.contains(Int(resource)) ? limitNames[Int(resource)] : "\(resource)"
  }

  /// Raises the hard limit of this process to `hard` where it is lower.
  public static func allow(resource: UInt32, hard: UInt64) throws(SystemError) {
    var limit: (soft: UInt64, hard: UInt64) = (0, 0)
    try check("reading the resource limit", limitName(resource)) {
      withUnsafeMutablePointer(to: &limit) { systemCall(SYS_prlimit64, 0, Int(resource), 0, $0.address) }
    }
    if limit.hard < hard { try setLimit(resource: resource, soft: limit.soft, hard: hard) }
  }

  /// setrlimit(2) of this process; `UInt64.max` is unlimited.
  public static func setLimit(resource: UInt32, soft: UInt64, hard: UInt64) throws(SystemError) {
    var limit = (soft, hard)
    try check("setting the resource limit", limitName(resource)) {
      withUnsafeMutablePointer(to: &limit) { systemCall(SYS_prlimit64, 0, Int(resource), $0.address, 0) }
    }
  }

  /// Installs a filter (`struct sock_filter` entries) for this thread and what it becomes.
  public static func setSeccomp(program: [UInt8], flags: UInt32) throws(SystemError) {
    try check("installing the seccomp filter") {
      program.withUnsafeBytes { bytes in
        // struct sock_fprog: u16 length, pointer
        var header = (UInt(bytes.count / 8), UInt(bitPattern: bytes.baseAddress))
        return withUnsafeMutablePointer(to: &header) {
          systemCall(SYS_seccomp, 1 /* SECCOMP_SET_MODE_FILTER */, Int(flags), $0.address)
        }
      }
    }
  }

  /// close_range(2): every descriptor from `first` on is closed at the next exec(2), whoever opened it.
  public static func closeOnExec(from first: Int32) throws(SystemError) {
    if Kernel.has(.closeRange) {
      let result = systemCall(SYS_close_range, Int(first), Int(UInt32.max), 4 /* CLOSE_RANGE_CLOEXEC */)
      if result >= 0 { return }
      if result != -Int(ENOSYS), result != -Int(EINVAL) {
        throw SystemError("closing descriptors", errno: Int32(-result))
      }
      Kernel.forgo(.closeRange)
    }
    for entry in try Descriptor.open("/proc/self/fd", [.directory]).entries() {
      if let number = Int32(entry.name), number >= first {
        _ = systemCall(SYS_fcntl, Int(number), Int(F_SETFD), Int(FD_CLOEXEC))
      }
    }
  }

  /// Closes every descriptor from `first` on, now.
  public static func close(from first: Int32) {
    if Kernel.has(.closeRange), systemCall(SYS_close_range, Int(first), Int(UInt32.max), 0) >= 0 { return }
    guard let entries = try? Descriptor.open("/proc/self/fd", [.directory]).entries() else { return }
    for entry in entries {
      if let number = Int32(entry.name), number >= first { _ = systemCall(SYS_close, Int(number)) }
    }
  }

  /// A session of its own, without a controlling terminal (setsid(2)).
  public static func startSession() throws(SystemError) {
    try check("starting a session") { systemCall(SYS_setsid) }
  }

  /// Every signal gets its default action, also those that are ignored, and none is blocked.
  public static func resetSignals() {
    for signal in 1...64 where signal != SIGKILL && signal != SIGSTOP {
      // struct kernel_sigaction of zeros: SIG_DFL, no flags, empty mask.
      var action = (UInt(0), UInt(0), UInt(0), UInt64(0))
      _ = withUnsafeMutablePointer(to: &action) { systemCall(SYS_rt_sigaction, signal, $0.address, 0, 8) }
    }
    SignalSet.none.setAsMask()
  }
}
