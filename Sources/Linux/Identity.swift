import CLinux
import Glibc

/// Whom the calling thread acts for. Raw calls: those of glibc would stop every other thread to change them too.
public enum Identity {
  /// setgroups(2), then the three group ids, then the three user ids.
  public static func become(uid: UInt32, gid: UInt32, groups: [UInt32]) throws(SystemError) {
    try check("setting supplementary groups") {
      groups.withUnsafeBufferPointer { systemCall(SYS_setgroups, $0.count, $0.baseAddress?.address ?? 0) }
    }
    try check("setting the group id to", "\(gid)") { systemCall(SYS_setresgid, Int(gid), Int(gid), Int(gid)) }
    try check("setting the user id to", "\(uid)") { systemCall(SYS_setresuid, Int(uid), Int(uid), Int(uid)) }
  }

  /// fchown(2); -1 leaves an id as it is.
  public static func setOwner(of descriptor: Int32, uid: Int32, gid: Int32 = -1) throws(SystemError) {
    try check("setting an owner") { systemCall(SYS_fchown, Int(descriptor), Int(uid), Int(gid)) }
  }
}
