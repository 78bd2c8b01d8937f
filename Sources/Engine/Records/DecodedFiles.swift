import Linux
import Synchronization

/// What small files say, decoded once for each of their versions: for a process that stays and is asked again and again.
///
/// Files are replaced, never written over, so another version is another inode or another time. One that has changed only
/// just now is not remembered, because the clock of file systems is too coarse to tell its versions apart.
final class DecodedFiles<Value: Sendable>: Sendable {
  private struct Version: Hashable {
    var inode: UInt64
    var modified: Timestamp
    var changed: Timestamp
    var size: Int64

    init(_ status: FileStatus) {
      inode = status.inode
      modified = status.modified
      changed = status.changed
      size = status.size
    }
  }

  /// Beyond it everything is forgotten: what is asked for is read again.
  private static var limit: Int { 8192 }
  /// Nanoseconds within which two versions may have one time. File systems take theirs from a clock that ticks a hundred
  /// times a second at the least (inode_set_ctime_current in the kernel's fs/inode.c); some keep whole seconds only.
  private static func freshness(_ changed: Timestamp) -> Int64 {
    changed.nanoseconds % 1_000_000_000 == 0 ? 2_000_000_000 : 50_000_000
  }
  private let known = Mutex<[String: (version: Version, value: Value)]>([:])

  /// - Parameter read: reads and decodes the file.
  func value(at path: String, read: () throws -> Value?) rethrows -> Value? {
    // Looked at before reading: what is replaced in between is found out the next time.
    guard let status = try? FileStatus.of(path) else { return try read() }
    let version = Version(status)
    if let found = known.withLock({ $0[path] }), found.version == version { return found.value }
    let value = try read()
    if let value, Timestamp.now().nanoseconds - status.changed.nanoseconds > Self.freshness(status.changed) {
      known.withLock { known in
        if known.count >= Self.limit { known.removeAll() }
        known[path] = (version, value)
      }
    }
    return value
  }
}
