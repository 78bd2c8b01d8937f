/// MS_* of mount(2).
public struct MountFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let readOnly = MountFlags(rawValue: 1)
  public static let noSetUserID = MountFlags(rawValue: 2)
  public static let noDevices = MountFlags(rawValue: 4)
  public static let noExecute = MountFlags(rawValue: 8)
  public static let synchronous = MountFlags(rawValue: 16)
  public static let remount = MountFlags(rawValue: 32)
  public static let directorySynchronous = MountFlags(rawValue: 128)
  public static let noSymbolicLinks = MountFlags(rawValue: 256)
  public static let noAccessTimes = MountFlags(rawValue: 1024)
  public static let noDirectoryAccessTimes = MountFlags(rawValue: 2048)
  public static let bind = MountFlags(rawValue: 4096)
  public static let recursive = MountFlags(rawValue: 16384)
  public static let unbindable = MountFlags(rawValue: 1 << 17)
  public static let `private` = MountFlags(rawValue: 1 << 18)
  public static let slave = MountFlags(rawValue: 1 << 19)
  public static let shared = MountFlags(rawValue: 1 << 20)
  public static let relativeAccessTimes = MountFlags(rawValue: 1 << 21)
  public static let strictAccessTimes = MountFlags(rawValue: 1 << 24)

  /// What belongs to the mount and not to the file system.
  public static let perMount: MountFlags = [
    .readOnly, .noSetUserID, .noDevices, .noExecute, .noSymbolicLinks, .noAccessTimes, .noDirectoryAccessTimes,
    .relativeAccessTimes, .strictAccessTimes,
  ]

  /// What changes how mounts and unmounts spread.
  public static let propagation: MountFlags = [.unbindable, .private, .slave, .shared]
}

/// MOUNT_ATTR_* of mount_setattr(2) and fsmount(2).
public struct MountAttributes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let readOnly = MountAttributes(rawValue: 0x01)
  public static let noSetUserID = MountAttributes(rawValue: 0x02)
  public static let noDevices = MountAttributes(rawValue: 0x04)
  public static let noExecute = MountAttributes(rawValue: 0x08)
  /// Two bits: how access times are kept. Relative is 0.
  public static let accessTimes = MountAttributes(rawValue: 0x70)
  public static let noAccessTimes = MountAttributes(rawValue: 0x10)
  public static let strictAccessTimes = MountAttributes(rawValue: 0x20)
  public static let noDirectoryAccessTimes = MountAttributes(rawValue: 0x80)
  /// Owners are seen through the maps of a user namespace.
  public static let identityMap = MountAttributes(rawValue: 0x10_0000)
  public static let noSymbolicLinks = MountAttributes(rawValue: 0x20_0000)

  /// The per-mount part of mount(2)'s flags.
  public init(_ flags: MountFlags) {
    var attributes: MountAttributes = []
    if flags.contains(.readOnly) { attributes.insert(.readOnly) }
    if flags.contains(.noSetUserID) { attributes.insert(.noSetUserID) }
    if flags.contains(.noDevices) { attributes.insert(.noDevices) }
    if flags.contains(.noExecute) { attributes.insert(.noExecute) }
    if flags.contains(.noSymbolicLinks) { attributes.insert(.noSymbolicLinks) }
    if flags.contains(.noDirectoryAccessTimes) { attributes.insert(.noDirectoryAccessTimes) }
    if flags.contains(.noAccessTimes) { attributes.insert(.noAccessTimes) }
    if flags.contains(.strictAccessTimes) { attributes.insert(.strictAccessTimes) }
    self = attributes
  }
}
