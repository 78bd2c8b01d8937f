import CLinux
import Glibc

/// Tells when something changes in folders: inotify(7).
public final class FileWatch: Sendable {
  /// Readable when something happened.
  public let descriptor: Descriptor

  public struct Change: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A file was written to.
    public static let modified = Change(rawValue: 0x2)
    /// A file was made, or renamed to a name in the folder.
    public static let appeared = Change(rawValue: 0x100 | 0x80)
    /// A file was removed, or renamed away.
    public static let vanished = Change(rawValue: 0x200 | 0x40)
  }

  public init() throws(SystemError) {
    descriptor = Descriptor(
      owning: Int32(try check("watching files") { systemCall(SYS_inotify_init1, Int(O_CLOEXEC | O_NONBLOCK)) }))
  }

  /// Adds a file or folder.
  public func add(_ path: String, _ changes: Change) throws(SystemError) {
    try check("watching", path) {
      path.withCString { systemCall(SYS_inotify_add_watch, Int(descriptor.raw), $0.address, Int(changes.rawValue)) }
    }
  }

  /// Forgets what happened so far, so that the descriptor becomes readable at the next change. Look at the files after
  /// this, not before.
  public func drain() {
    withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 8) { room in
      while systemCall(SYS_read, Int(descriptor.raw), room.baseAddress!.address, room.count) > 0 {}
    }
  }
}
