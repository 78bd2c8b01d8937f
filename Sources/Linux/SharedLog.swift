import CLinux
import Glibc

/// A file of lines to which many processes append, none of which waits for another. It is bounded: past its limit it
/// becomes `path.1`, whose former content is gone.
public struct SharedLog: Hashable, Sendable {
  public var path: String
  /// Bytes after which a new file is begun.
  public var limit: Int64

  public init(path: String, limit: Int64 = 4 << 20) {
    self.path = path
    self.limit = limit
  }

  public var older: String { path + ".1" }

  /// Appends one line, its line feed included, as a whole: write(2) with O_APPEND.
  public func append(_ line: [UInt8]) throws(SystemError) {
    let file: Descriptor
    do throws(SystemError) { file = try open() } catch {
      guard error.errno == ENOENT else { throw error }
      try makeDirectories(splitPath(path).folder, mode: 0o700)
      file = try open()
    }
    try file.writeAll(line)
    if try file.status().size > limit { rotate(file) }
  }

  private func open() throws(SystemError) -> Descriptor {
    try Descriptor.open(path, [.writeOnly, .append, .create], mode: 0o600, step: "noting in")
  }

  /// Who finds the file too long at the same time finds it locked, or gone from its name already.
  private func rotate(_ file: Descriptor) {
    guard (try? FileLock(trying: file)) != nil,
      let inode = try? file.status().inode, (try? FileStatus.of(path))?.inode == inode
    else { return }
    rename(path, older)
  }
}
