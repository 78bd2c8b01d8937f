import CLinux
import Glibc

extension Descriptor {
  /// This directory becomes the working directory.
  public func enter() throws(SystemError) {
    try check("entering a directory", procPath) { systemCall(SYS_fchdir, Int(raw)) }
  }

  /// The file system's magic number (statfs(2)): PROC_SUPER_MAGIC, ….
  public func fileSystemMagic() throws(SystemError) -> Int {
    // `struct statfs` is 15 words at most, and the first is f_type.
    var information = InlineWords()
    try check("examining the file system") {
      withUnsafeMutablePointer(to: &information) { systemCall(SYS_fstatfs, Int(raw), $0.address) }
    }
    return information.words.0
  }

  /// mknodat(2) with exactly this mode and owner.
  /// - Parameter mode: S_IFCHR or S_IFBLK with permission bits.
  public func makeNode(_ name: String, mode: UInt32, major: UInt32, minor: UInt32, uid: UInt32, gid: UInt32)
    throws(SystemError)
  {
    let device = Int(bitPattern: UInt(clinux_device(major, minor)))
    try check("making device", name) {
      name.withCString { systemCall(SYS_mknodat, Int(raw), $0.address, Int(mode), device) }
    }
    if uid != 0 || gid != 0 {
      try check("setting the owner of", name) {
        name.withCString {
          systemCall(SYS_fchownat, Int(raw), $0.address, Int(uid), Int(gid), Int(AT_SYMLINK_NOFOLLOW))
        }
      }
    }
  }
}

private struct InlineWords {
  var words = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}
