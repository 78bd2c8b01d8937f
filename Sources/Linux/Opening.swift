import CLinux
import Glibc

/// Flags of open(2). Close-on-exec is always set, and a terminal never becomes the controlling one.
public struct OpenFlags: OptionSet, Sendable {
  public let rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }

  public static let readOnly = OpenFlags([])
  public static let writeOnly = OpenFlags(rawValue: O_WRONLY)
  public static let readWrite = OpenFlags(rawValue: O_RDWR)
  public static let create = OpenFlags(rawValue: O_CREAT)
  public static let exclusive = OpenFlags(rawValue: O_EXCL)
  public static let truncate = OpenFlags(rawValue: O_TRUNC)
  public static let append = OpenFlags(rawValue: O_APPEND)
  public static let directory = OpenFlags(rawValue: O_DIRECTORY)
  public static let noFollow = OpenFlags(rawValue: O_NOFOLLOW)
  public static let nonBlocking = OpenFlags(rawValue: O_NONBLOCK)
  /// Names a place without opening the object there: nothing is read, no device or FIFO is woken.
  public static let pathOnly = OpenFlags(rawValue: clinux_O_PATH)

  /// A directory to work from.
  public static let anchor: OpenFlags = [.pathOnly, .directory]
}

extension Descriptor {
  /// Opens a path that this process trusts (never one inside a container's tree: see `openInRoot`).
  public static func open(
    _ path: String, _ flags: OpenFlags = .readOnly, mode: UInt32 = 0o666, step: String = "opening"
  )
    throws(SystemError) -> Descriptor
  {
    try open(at: AT_FDCWD, path, flags, mode: mode, step: step)
  }

  /// Opens `path` starting at this directory. Follows symbolic links, also out of the directory: for trusted trees.
  public func open(_ path: String, _ flags: OpenFlags = .readOnly, mode: UInt32 = 0o666, step: String = "opening")
    throws(SystemError) -> Descriptor
  {
    try Descriptor.open(at: raw, path, flags, mode: mode, step: step)
  }

  static func open(at anchor: Int32, _ path: String, _ flags: OpenFlags, mode: UInt32, step: String)
    throws(SystemError) -> Descriptor
  {
    let raw = try check(step, path) {
      path.withCString {
        systemCall(
          SYS_openat, Int(anchor), $0.address, Int(flags.rawValue | O_CLOEXEC | O_NOCTTY), Int(mode))
      }
    }
    return Descriptor(owning: Int32(raw))
  }
}
