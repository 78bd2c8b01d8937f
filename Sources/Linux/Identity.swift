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

  /// Runs `body` with another owner for what this thread makes in file systems, and with its capabilities as they are
  /// (setfsuid(2), which takes some away from the effective set).
  public static func owningFiles<Value>(
    as uid: UInt32, gid: UInt32, _ body: () throws(SystemError) -> Value
  ) throws(SystemError) -> Value {
    let before = try CapabilitySet.ofThread()
    let formerGID = systemCall(SYS_setfsgid, Int(gid))
    let formerUID = systemCall(SYS_setfsuid, Int(uid))
    defer {
      _ = systemCall(SYS_setfsuid, formerUID)
      _ = systemCall(SYS_setfsgid, formerGID)
      try? CapabilitySet.set(permitted: before.permitted, effective: before.effective)
    }
    try CapabilitySet.set(permitted: before.permitted, effective: before.effective)
    return try body()
  }

  /// fchown(2); -1 leaves an id as it is.
  public static func setOwner(of descriptor: Int32, uid: Int32, gid: Int32 = -1) throws(SystemError) {
    try check("setting an owner") { systemCall(SYS_fchown, Int(descriptor), Int(uid), Int(gid)) }
  }
}
