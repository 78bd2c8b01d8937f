import CLinux
import Glibc

extension Descriptor {
  /// Says that the folders in this directory have nothing to do with each other (chattr(1), `T`), so ext4 puts each
  /// where there is most room instead of all side by side. Where files come and go by the thousand this matters much:
  /// without a journal ext4 steps over every inode that was freed within the last minutes, one by one, for each new
  /// file in the same part of the disk. Other file systems know nothing of it.
  public func spreadFolders() {
    let (getFlags, setFlags) = (0x8008_6601, 0x4008_6602)  // FS_IOC_GETFLAGS, FS_IOC_SETFLAGS
    let topOfHierarchies: Int32 = 0x0002_0000  // FS_TOPDIR_FL
    guard let directory = try? open(".", [.directory]) else { return }
    // The kernel reads and writes an int, whatever the request's number says.
    var flags: Int = 0
    guard withUnsafeMutablePointer(to: &flags, { systemCall(SYS_ioctl, Int(directory.raw), getFlags, $0.address) }) >= 0
    else { return }
    guard flags & Int(topOfHierarchies) == 0 else { return }
    flags |= Int(topOfHierarchies)
    _ = withUnsafeMutablePointer(to: &flags) { systemCall(SYS_ioctl, Int(directory.raw), setFlags, $0.address) }
  }
}
