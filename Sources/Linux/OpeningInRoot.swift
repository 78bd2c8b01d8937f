import CLinux
import Glibc

/// `struct open_how` of openat2(2).
private struct OpenHow {
  var flags: UInt64
  var mode: UInt64
  var resolve: UInt64
}

private let resolveNoMagicLinks: UInt64 = 0x02
private let resolveInRoot: UInt64 = 0x10

extension Descriptor {
  /// Opens `path` as a process would whose root directory is this one: symbolic links and `..` in an untrusted tree
  /// lead nowhere else. openat2(2) with RESOLVE_IN_ROOT, or a walk that follows no link blindly.
  public func openInRoot(
    _ path: String, _ flags: OpenFlags = .readOnly, mode: UInt32 = 0o666, step: String = "opening"
  ) throws(SystemError) -> Descriptor {
    guard Kernel.has(.openat2) else { return try walkInRoot(path, flags, mode: mode, step: step) }
    let creating = flags.contains(.create)
    // The kernel refuses flags that mean nothing together with O_PATH.
    let extra = flags.contains(.pathOnly) ? O_CLOEXEC : O_CLOEXEC | O_NOCTTY
    var how = OpenHow(
      flags: UInt64(UInt32(bitPattern: flags.rawValue | extra)), mode: creating ? UInt64(mode & 0o7777) : 0,
      resolve: resolveInRoot | resolveNoMagicLinks)
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
