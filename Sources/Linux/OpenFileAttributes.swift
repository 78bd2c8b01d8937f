import CLinux
import Glibc

// Attributes of the very object that is open: no name is looked up, so nobody can put another object in its place.
extension Descriptor {
  /// Also of an O_PATH descriptor.
  public func setOwner(uid: UInt32, gid: UInt32) throws(SystemError) {
    try check("changing the owner") {
      "".withCString {
        systemCall(SYS_fchownat, Int(raw), $0.address, Int(uid), Int(gid), Int(clinux_AT_EMPTY_PATH))
      }
    }
  }

  /// Of a file or directory that is really open, or of what an O_PATH descriptor names; a symbolic link has no mode.
  public func setPermissions(_ mode: UInt32) throws(SystemError) {
    let result = systemCall(SYS_fchmod, Int(raw), Int(mode))
    if result == 0 { return }
    guard result == -Int(EBADF) else { throw SystemError("changing the mode", errno: Int32(-result)) }
    // chmod(2) through the magic link reaches the object itself, whatever its name leads to by now.
    try check("changing the mode") {
      procPath.withCString { systemCall(SYS_fchmodat, Int(AT_FDCWD), $0.address, Int(mode)) }
    }
  }

  /// Both times, of access and of change of the content.
  public func setTimes(seconds: Int64, nanoseconds: Int64) throws(SystemError) {
    let time = timespec(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds))
    var times = (time, time)
    try check("setting the time") {
      withUnsafePointer(to: &times) { systemCall(SYS_utimensat, Int(raw), 0, $0.address, 0) }
    }
  }

  public func setAttribute(_ attribute: String, _ value: [UInt8]) throws(SystemError) {
    try check("setting attribute", attribute) {
      attribute.withCString { attribute in
        value.withUnsafeBytes {
          systemCall(SYS_fsetxattr, Int(raw), attribute.address, $0.baseAddress?.address ?? 0, $0.count, 0)
        }
      }
    }
  }
}
