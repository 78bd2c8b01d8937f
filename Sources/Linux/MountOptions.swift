/// The options of a mount as mount(8) and fstab(5) write them, told apart as mount(2) wants them: flags of the mount,
/// propagation, and what only the file system understands.
public struct MountOptions: Hashable, Sendable {
  /// MS_* of the mount itself, `bind` and `recursive` among them.
  public var flags: MountFlags = []
  /// Of `MountFlags.propagation`, with `.recursive` for `rshared` and its like; empty: not said.
  public var propagation: MountFlags = []
  /// `size=64m,mode=1777`
  public var data = ""

  public init() {}

  /// - Parameter options: each may be several, separated by commas. A later one wins.
  public init(_ options: [String]) {
    var rest: [Substring] = []
    for option in options.flatMap({ $0.split(separator: ",") }) {
      if let spread = Self.propagations[String(option)] {
        propagation = spread
      } else if let set = Self.setting[String(option)] {
        flags.formUnion(set)
      } else if let cleared = Self.clearing[String(option)] {
        flags.subtract(cleared)
      } else if option != "defaults" {
        rest.append(option)
      }
    }
    data = rest.joined(separator: ",")
  }

  private static let setting: [String: MountFlags] = [
    "ro": .readOnly, "nosuid": .noSetUserID, "nodev": .noDevices, "noexec": .noExecute, "sync": .synchronous,
    "dirsync": .directorySynchronous, "noatime": .noAccessTimes, "nodiratime": .noDirectoryAccessTimes,
    "relatime": .relativeAccessTimes, "strictatime": .strictAccessTimes, "remount": .remount, "bind": .bind,
    "rbind": [.bind, .recursive], "nosymfollow": .noSymbolicLinks,
  ]
  private static let clearing: [String: MountFlags] = [
    "rw": .readOnly, "suid": .noSetUserID, "dev": .noDevices, "exec": .noExecute, "async": .synchronous,
    "atime": .noAccessTimes, "diratime": .noDirectoryAccessTimes, "norelatime": .relativeAccessTimes,
    "nostrictatime": .strictAccessTimes, "symfollow": .noSymbolicLinks,
  ]
  private static let propagations: [String: MountFlags] = [
    "private": .private, "rprivate": [.private, .recursive], "shared": .shared, "rshared": [.shared, .recursive],
    "slave": .slave, "rslave": [.slave, .recursive], "unbindable": .unbindable,
    "runbindable": [.unbindable, .recursive],
  ]
}
