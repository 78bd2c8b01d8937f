import Glibc
import Launch
import Linux

/// A procfs of which it is certain that it is one, and that nothing is mounted over any of its files. Settings are
/// only ever written through this: a write that a crafted image redirects to another file of /proc has been the way
/// out of containers (CVE-2019-16884, CVE-2025-52881).
struct ProcessFileSystem {
  private static let magic = 0x9fa0
  /// The inode of procfs's root directory.
  private static let rootInode: UInt64 = 1

  let root: Descriptor

  init(verifying root: Descriptor) throws(LaunchFailure) {
    self.root = root
    try reporting { () throws(SystemError) in
      guard try root.fileSystemMagic() == ProcessFileSystem.magic,
        try root.status().inode == ProcessFileSystem.rootInode
      else { throw SystemError("verifying", "/proc", errno: EXDEV) }
    }
  }

  /// One that is mounted nowhere, so that nobody can put anything on it.
  static func `private`() throws(LaunchFailure) -> ProcessFileSystem {
    try ProcessFileSystem(
      verifying: reporting { () throws(SystemError) in
        guard Kernel.has(.mountAPI) else { return try Descriptor.open("/proc", .anchor) }
        return try FileSystemContext("proc").mount([.noSetUserID, .noDevices, .noExecute])
      })
  }

  /// `net.ipv4.ip_forward` = `1`. Both `.` and `/` separate; `net.ipv4.conf.eth0/1.rp_filter` names `eth0.1`.
  func setSysctl(_ setting: NamedValue) throws(LaunchFailure) {
    try write(
      setting.value, to: "sys/" + ProcessFileSystem.path(of: setting.name), step: "setting sysctl", setting.name)
  }

  /// The label that the next exec(2) takes on (`attr/exec`, or `attr/apparmor/exec` where several modules share it).
  func setExecLabel(_ label: String, module: String?) throws(LaunchFailure) {
    let path = "thread-self/attr/" + (module.map { $0 + "/" } ?? "") + "exec"
    try write(label, to: path, step: "setting security label", label)
  }

  /// As sysctl(8) reads names: the first separator that is found is the one that separates, the other is part of names.
  static func path(of name: String) -> String {
    guard let first = name.first(where: { $0 == "." || $0 == "/" }), first == "." else { return name }
    return String(name.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
  }

  private func write(_ value: String, to path: String, step: String, _ object: String) throws(LaunchFailure) {
    try during(step, object) { () throws(SystemError) in
      let file = try root.openBeneath(path, .writeOnly)
      guard try file.fileSystemMagic() == ProcessFileSystem.magic else {
        throw SystemError(step, object, errno: EXDEV)
      }
      try file.writeAll(value)
    }
  }
}
