import CLinux
import Glibc

/// What stat(2) tells.
public struct FileStatus: Sendable {
  public enum Kind: Sendable, Hashable {
    case regular, directory, symbolicLink, characterDevice, blockDevice, fifo, socket
  }

  public var kind: Kind
  /// Permission bits with setuid, setgid and sticky: 0o7777.
  public var permissions: UInt32
  public var uid: UInt32
  public var gid: UInt32
  /// Bytes.
  public var size: Int64
  public var inode: UInt64
  /// The device that the file lies on.
  public var device: UInt64
  /// What a device node stands for.
  public var major: UInt32
  public var minor: UInt32
  public var links: UInt64
  /// 512-byte blocks that are really used.
  public var blocks: Int64
  public var modified: Timestamp
  public var changed: Timestamp

  init(_ s: stat) {
    kind =
      switch s.st_mode & 0o170000 {
      case 0o040000: .directory
      case 0o120000: .symbolicLink
      case 0o020000: .characterDevice
      case 0o060000: .blockDevice
      case 0o010000: .fifo
      case 0o140000: .socket
      default: .regular
      }
    permissions = UInt32(s.st_mode & 0o7777)
    uid = s.st_uid
    gid = s.st_gid
    size = Int64(s.st_size)
    inode = UInt64(s.st_ino)
    device = UInt64(s.st_dev)
    major = clinux_device_major(UInt64(s.st_rdev))
    minor = clinux_device_minor(UInt64(s.st_rdev))
    links = UInt64(s.st_nlink)
    blocks = Int64(s.st_blocks)
    modified = Timestamp(seconds: Int64(s.st_mtim.tv_sec), nanoseconds: Int64(s.st_mtim.tv_nsec))
    changed = Timestamp(seconds: Int64(s.st_ctim.tv_sec), nanoseconds: Int64(s.st_ctim.tv_nsec))
  }
}

extension Descriptor {
  /// Of the open object itself.
  public func status() throws(SystemError) -> FileStatus {
    var result = stat()
    try check("examining", procPath) { fstat(raw, &result) == 0 ? 0 : -Int(errno) }
    return FileStatus(result)
  }

  /// Of `name` in this directory; a symbolic link itself unless `following`.
  public func status(of name: String, following: Bool = false) throws(SystemError) -> FileStatus {
    try FileStatus.read(at: raw, name, following: following)
  }

  /// What the symbolic link `name` in this directory says; empty `name`: this very link, opened by O_PATH|O_NOFOLLOW.
  public func readLink(_ name: String) throws(SystemError) -> String {
    try Linux.readLink(at: raw, name)
  }
}

extension FileStatus {
  /// Of a trusted path.
  public static func of(_ path: String, following: Bool = true) throws(SystemError) -> FileStatus {
    try read(at: AT_FDCWD, path, following: following)
  }

  /// Whether something is there (a dangling link counts). Errors other than absence count as absent too.
  public static func exists(_ path: String) -> Bool { (try? of(path, following: false)) != nil }

  static func read(at anchor: Int32, _ path: String, following: Bool) throws(SystemError) -> FileStatus {
    var result = stat()
    try check("examining", path) {
      fstatat(anchor, path, &result, following ? 0 : AT_SYMLINK_NOFOLLOW) == 0 ? 0 : -Int(errno)
    }
    return FileStatus(result)
  }
}

/// What the symbolic link at a trusted path says.
public func readLink(_ path: String) throws(SystemError) -> String { try readLink(at: AT_FDCWD, path) }

func readLink(at anchor: Int32, _ path: String) throws(SystemError) -> String {
  var result: Result<String, SystemError> = .failure(SystemError("reading link", path, errno: ENAMETOOLONG))
  withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4096) { room in
    let length = path.withCString {
      systemCall(SYS_readlinkat, Int(anchor), $0.address, room.baseAddress!.address, room.count)
    }
    if length < 0 {
      result = .failure(SystemError("reading link", path, errno: Int32(-length)))
    } else if length < room.count {
      result = .success(String(decoding: room[..<length], as: UTF8.self))
    }
  }
  return try result.get()
}
