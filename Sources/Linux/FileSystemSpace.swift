import Glibc

/// How large a file system is (statvfs(3)).
public struct FileSystemSpace: Sendable {
  /// Bytes.
  public var total: Int64
  public var available: Int64

  public static func of(_ path: String) throws(SystemError) -> FileSystemSpace {
    var information = statvfs()
    try check("examining", path) { statvfs(path, &information) == 0 ? 0 : -Int(errno) }
    let block = Int64(information.f_frsize)
    return FileSystemSpace(total: Int64(information.f_blocks) * block, available: Int64(information.f_bavail) * block)
  }
}
