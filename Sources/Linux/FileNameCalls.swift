import CLinux
import Glibc

// System calls on one name in an open directory. None follows a symbolic link that stands at that name.
extension Descriptor {
  public func open(_ name: FileName, _ flags: OpenFlags, mode: UInt32 = 0o666, step: String = "opening")
    throws(SystemError) -> Descriptor
  {
    let flags = Int(flags.rawValue | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY)
    return Descriptor(
      owning: Int32(try call(step, name) { systemCall(SYS_openat, Int(raw), $0, flags, Int(mode)) }))
  }

  public func status(of name: FileName) throws(SystemError) -> FileStatus {
    var result = stat()
    try check("examining", "\(name)") {
      fstatat(raw, name.terminated, &result, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : -Int(errno)
    }
    return FileStatus(result)
  }

  /// The bytes of a symbolic link.
  public func linkTarget(of name: FileName) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = try call("reading link", name) { name in
      bytes.withUnsafeMutableBytes { systemCall(SYS_readlinkat, Int(raw), name, $0.baseAddress!.address, $0.count) }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  public func makeDirectory(_ name: FileName, mode: UInt32 = 0o755) throws(SystemError) {
    try call("creating directory", name) { systemCall(SYS_mkdirat, Int(raw), $0, Int(mode)) }
  }

  public func makeSymbolicLink(_ name: FileName, to target: [UInt8]) throws(SystemError) {
    let target = FileName(target)
    try call("creating link", name) { name in
      target.terminated.withUnsafeBufferPointer { systemCall(SYS_symlinkat, $0.baseAddress!.address, Int(raw), name) }
    }
  }

  /// A second name for `name`, which may be a symbolic link itself.
  public func makeHardLink(_ name: FileName, in directory: Descriptor, as other: FileName) throws(SystemError) {
    try call("linking", other) { new in
      name.terminated.withUnsafeBufferPointer {
        systemCall(SYS_linkat, Int(raw), $0.baseAddress!.address, Int(directory.raw), new, 0)
      }
    }
  }

  public func makeDevice(_ name: FileName, block: Bool, major: UInt32, minor: UInt32, mode: UInt32 = 0o600)
    throws(SystemError)
  {
    let type = UInt32(block ? S_IFBLK : S_IFCHR)
    try call("creating device", name) {
      systemCall(SYS_mknodat, Int(raw), $0, Int(type | mode), Int(clinux_device(major, minor)))
    }
  }

  public func makeFIFO(_ name: FileName, mode: UInt32 = 0o600) throws(SystemError) {
    try call("creating FIFO", name) { systemCall(SYS_mknodat, Int(raw), $0, Int(UInt32(S_IFIFO) | mode)) }
  }

  public func setOwner(of name: FileName, uid: UInt32, gid: UInt32) throws(SystemError) {
    try call("changing the owner of", name) {
      systemCall(SYS_fchownat, Int(raw), $0, Int(uid), Int(gid), Int(AT_SYMLINK_NOFOLLOW))
    }
  }

  /// chmod(2) has no form that leaves links alone: only for a name that the caller just made and that is no link.
  public func setPermissions(of name: FileName, _ mode: UInt32) throws(SystemError) {
    try call("changing the mode of", name) { systemCall(SYS_fchmodat, Int(raw), $0, Int(mode)) }
  }

  /// Sets both times of access and change of the content.
  public func setTimes(of name: FileName, seconds: Int64, nanoseconds: Int64) throws(SystemError) {
    let time = timespec(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds))
    var times = (time, time)
    try call("setting the time of", name) { name in
      withUnsafePointer(to: &times) {
        systemCall(SYS_utimensat, Int(raw), name, $0.address, Int(AT_SYMLINK_NOFOLLOW))
      }
    }
  }

  public func unlink(_ name: FileName) throws(SystemError) {
    try call("removing", name) { systemCall(SYS_unlinkat, Int(raw), $0, 0) }
  }

  public func removeDirectory(_ name: FileName) throws(SystemError) {
    try call("removing", name) { systemCall(SYS_unlinkat, Int(raw), $0, Int(AT_REMOVEDIR)) }
  }

  @discardableResult
  private func call(_ step: @autoclosure () -> String, _ name: FileName, _ body: (Int) -> Int) throws(SystemError)
    -> Int
  {
    try check(step(), "\(name)") { name.terminated.withUnsafeBufferPointer { body($0.baseAddress!.address) } }
  }
}
