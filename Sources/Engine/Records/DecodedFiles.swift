import Glibc
import Linux
import Synchronization

/// What small files say, decoded once for each of their versions: for a process that asks again and again.
///
/// Files are replaced, never written over, so another version is another inode or another time. The clock of file systems
/// is too coarse to tell versions apart that follow each other at once, and the inode of one that is gone may be given to
/// the next: a file that has changed only just now is kept open, so that its inode stays its own.
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

    /// Whether another version could have the same times. File systems take theirs from a clock that ticks a hundred times
    /// a second at the least (inode_set_ctime_current in the kernel's fs/inode.c); some keep whole seconds only.
    var isFresh: Bool {
      let least: Int64 = changed.nanoseconds % 1_000_000_000 == 0 ? 2_000_000_000 : 50_000_000
      return Timestamp.now().nanoseconds - changed.nanoseconds <= least
    }
  }

  private struct Known {
    var version: Version
    var value: Value
    var file: Descriptor?
  }

  private struct State {
    var known: [String: Known] = [:]
    /// Those that are kept open.
    var open: Set<String> = []

    mutating func value(at path: String, _ version: Version) -> Value? {
      for path in open where !known[path]!.version.isFresh { close(path) }
      guard let found = known[path], found.version == version else { return nil }
      return found.value
    }

    mutating func remember(_ path: String, _ new: Known) {
      if known.count >= limit { self = State() }
      close(path)
      if new.file != nil {
        if open.count >= openLimit { for path in open { close(path) } }
        guard open.count < openLimit else { return }
        open.insert(path)
      }
      known[path] = new
    }

    /// What is fresh still is forgotten with it.
    private mutating func close(_ path: String) {
      guard open.remove(path) != nil, let found = known[path] else { return }
      known[path] = found.version.isFresh ? nil : Known(version: found.version, value: found.value)
    }
  }

  /// Beyond it everything is forgotten: what is asked for is read again.
  private static var limit: Int { 8192 }
  /// How many files are kept open at a time; beyond it those that have changed just now are read again.
  private static var openLimit: Int { 32 }
  private let state = Mutex(State())

  /// - Parameter read: reads and decodes the file, which is open at its beginning.
  /// - Returns: `nil` where there is no such file.
  func value(at path: String, read: (Descriptor) throws -> Value?) throws -> Value? {
    guard let status = try? FileStatus.of(path) else { return try absent(path) }
    if let value = state.withLock({ $0.value(at: path, Version(status)) }) { return value }
    let file: Descriptor
    do { file = try Descriptor.open(path) } catch {
      guard error.errno == ENOENT else { throw error }
      return nil
    }
    // Of the file that is read: it may have been replaced in between.
    let version = try Version(file.status())
    guard let value = try read(file) else { return nil }
    state.withLock { $0.remember(path, Known(version: version, value: value, file: version.isFresh ? file : nil)) }
    return value
  }

  /// Why it cannot be looked at, where that is not its absence.
  private func absent(_ path: String) throws -> Value? {
    do { _ = try Descriptor.open(path) } catch { if error.errno != ENOENT { throw error } }
    return nil
  }
}
