import CLinux
import Glibc

/// Project quotas: a limit on what a folder holds, everything made in it included (xfs_quota(8), ext4(5) `prjquota`,
/// quotactl_fd(2), Linux 5.14). Overlayfs counts what a container writes against its upper folder, and never with the
/// right to go beyond a limit, which its mounter may have.
extension Descriptor {
  /// `struct fsxattr`
  private struct FolderAttributes {
    var flags: UInt32 = 0
    var extentSize: UInt32 = 0
    var extents: UInt32 = 0
    var project: UInt32 = 0
    var copyOnWriteExtentSize: UInt32 = 0
    var padding: (UInt32, UInt32) = (0, 0)
  }

  /// `struct if_dqblk`; blocks are of 1 KiB, used space is in bytes.
  private struct Limits {
    var hardBlocks: UInt64 = 0
    var softBlocks: UInt64 = 0
    var used: UInt64 = 0
    var hardInodes: UInt64 = 0
    var softInodes: UInt64 = 0
    var usedInodes: UInt64 = 0
    var blockTime: UInt64 = 0
    var inodeTime: UInt64 = 0
    var valid: UInt32 = 0
  }

  /// Of this folder; 0: none.
  public func project() throws(SystemError) -> UInt32 { try attributes().project }

  /// What is made in this folder from now on belongs to the project, and so does the folder.
  public func setProject(_ project: UInt32) throws(SystemError) {
    var attributes = try attributes()
    attributes.project = project
    attributes.flags |= 0x200  // FS_XFLAG_PROJINHERIT
    try check("setting the project of", procPath) {
      withUnsafeMutablePointer(to: &attributes) { systemCall(SYS_ioctl, Int(raw), 0x401c_5820, $0.address) }
    }
  }

  /// How many bytes the files of a project may take on the file system of this folder; 0: no limit is set.
  ///
  /// - Throws: ESRCH where the file system was not mounted with project quotas, ENOSYS on kernels before 5.14 or without
  ///   quotas.
  public func projectLimit(_ project: UInt32) throws(SystemError) -> Int64 {
    var limits = Limits()
    do throws(SystemError) { try quota(0x80_0007, project, &limits) } catch {
      // XFS has no record of a project before its first limit; where quotas are off it says so in another way.
      guard error.errno == ENOENT else { throw error }
      return 0
    }
    return Int64(limits.hardBlocks << 10)
  }

  /// - Parameter bytes: rounded up to 1 KiB; 0 takes the limit back.
  public func setProjectLimit(_ bytes: Int64, of project: UInt32) throws(SystemError) {
    var limits = Limits()
    limits.hardBlocks = UInt64(bytes + 1023) >> 10
    limits.valid = 1  // QIF_BLIMITS
    try quota(0x80_0008, project, &limits)
  }

  private func attributes() throws(SystemError) -> FolderAttributes {
    var attributes = FolderAttributes()
    try check("reading the project of", procPath) {
      withUnsafeMutablePointer(to: &attributes) { systemCall(SYS_ioctl, Int(raw), 0x801c_581f, $0.address) }
    }
    return attributes
  }

  /// - Parameter command: Q_GETQUOTA or Q_SETQUOTA.
  private func quota(_ command: Int, _ project: UInt32, _ limits: inout Limits) throws(SystemError) {
    let ofProjects = 2  // PRJQUOTA
    try check("asking for quotas of", procPath) {
      withUnsafeMutablePointer(to: &limits) {
        systemCall(443, Int(raw), command << 8 | ofProjects, Int(project), $0.address)
      }
    }
  }
}
