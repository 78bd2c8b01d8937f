import CLinux
import Glibc

/// `struct open_how` of openat2(2).
private struct OpenHow {
  var flags: UInt64
  var mode: UInt64
  var resolve: UInt64
}

/// RESOLVE_* of openat2(2).
private struct Resolve: OptionSet {
  let rawValue: UInt64
  static let withinMount = Resolve(rawValue: 0x01)
  static let noMagicLinks = Resolve(rawValue: 0x02)
  static let beneath = Resolve(rawValue: 0x08)
  static let inRoot = Resolve(rawValue: 0x10)
}

extension Descriptor {
  /// Opens `path` as a process would whose root directory is this one: symbolic links and `..` in an untrusted tree
  /// lead nowhere else. openat2(2) with RESOLVE_IN_ROOT, or a walk that follows no link blindly.
  public func openInRoot(
    _ path: String, _ flags: OpenFlags = .readOnly, mode: UInt32 = 0o666, step: String = "opening"
  ) throws(SystemError) -> Descriptor {
    try open(path, flags, mode: mode, step: step, [.inRoot, .noMagicLinks])
  }

  /// Opens `path` below this directory, on the very same mount: what was mounted over a part of it is refused (EXDEV),
  /// and so is every way out. The fallback of kernels before 5.6 cannot tell mounts of one file system apart.
  public func openBeneath(_ path: String, _ flags: OpenFlags = .readOnly, step: String = "opening")
    throws(SystemError) -> Descriptor
  {
    try open(path, flags, mode: 0, step: step, [.beneath, .withinMount, .noMagicLinks])
  }

  private func open(_ path: String, _ flags: OpenFlags, mode: UInt32, step: String, _ resolve: Resolve)
    throws(SystemError) -> Descriptor
  {
    guard Kernel.has(.openat2) else { return try walkInRoot(path, flags, mode: mode, step: step) }
    let creating = flags.contains(.create)
    // The kernel refuses flags that mean nothing together with O_PATH.
    let extra = flags.contains(.pathOnly) ? O_CLOEXEC : O_CLOEXEC | O_NOCTTY
    var how = OpenHow(
      flags: UInt64(UInt32(bitPattern: flags.rawValue | extra)), mode: creating ? UInt64(mode & 0o7777) : 0,
      resolve: resolve.rawValue)
    var tries = 0
    while true {
      let result = path.withCString { path in
        withUnsafePointer(to: &how) {
          systemCall(SYS_openat2, Int(raw), path.address, $0.address, MemoryLayout<OpenHow>.size)
        }
      }
      if result >= 0 { return Descriptor(owning: Int32(result)) }
      switch Int32(-result) {
      case EINTR: continue
      // Something was renamed or mounted meanwhile, and the kernel cannot vouch for a `..`; see openat2(2).
      case EAGAIN where tries < 32: tries += 1
      case ENOSYS:
        Kernel.forgo(.openat2)
        return try walkInRoot(path, flags, mode: mode, step: step)
      default: throw SystemError(step, path, errno: Int32(-result))
      }
    }
  }
}
