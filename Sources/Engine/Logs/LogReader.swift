import Linux

/// A container's log over all its files: `path` is written to, `path.1` was before, and so on. Rotation may happen at
/// any moment and loses nothing that had not been rotated away when it was to be read.
final class LogReader {
  private let path: String
  private let options: LogOptions
  /// The oldest first; the first of them is being read.
  private var files: [LogFile] = []
  private var isOver = false

  init(_ path: String, _ options: LogOptions) throws(SystemError) {
    self.path = path
    self.options = options
    // The newest first: a file that is rotated meanwhile is met twice, never missed.
    files = newestFirst()
    if let tail = options.tail { try skip(to: tail) }
    files.reverse()
    if let since = options.since {
      let newest = files.last?.inode
      files.removeAll { $0.inode != newest && $0.modified.map { $0 < since } ?? false }
    }
  }

  /// The next entry that was asked for; `nil` when there is none (yet), or `until` has been reached.
  func next() throws(SystemError) -> LogEntry? {
    while !isOver {
      if files.isEmpty, let current = try? LogFile(path) { files = [current] }
      guard let file = files.first else { return nil }
      while let entry = try file.next() {
        if let until = options.until, entry.time > until {
          isOver = true
          return nil
        }
        if let since = options.since, entry.time < since { continue }
        if entry.stream == .stdout ? options.standardOutput : options.standardError { return entry }
      }
      guard try advance() else { return nil }
    }
    return nil
  }

  /// `until` has been reached.
  var hasEnded: Bool { isOver }

  /// Goes on to the file that followed the one that was read to its end.
  private func advance() throws(SystemError) -> Bool {
    if files.count > 1 {
      files.removeFirst()
      return true
    }
    guard let file = files.first, (try? FileStatus.of(path).inode) != file.inode else { return false }
    // It is read once more: something may have been written between the last look at it and its rotation.
    let all = newestFirst()
    let place = all.firstIndex { $0.inode == file.inode } ?? all.count
    files = [file] + all[..<place].reversed()
    return files.count > 1
  }

  private func newestFirst() -> [LogFile] {
    var found: [LogFile] = []
    var number = 0
    while true {
      let file = try? LogFile(number == 0 ? path : "\(path).\(number)")
      // In the middle of a rotation there is no current file.
      if file == nil, number > 0 { break }
      if let file, !found.contains(where: { $0.inode == file.inode }) { found.append(file) }
      number += 1
    }
    return found
  }

  private func skip(to tail: Int) throws(SystemError) {
    var left = tail
    var kept: [LogFile] = []
    for file in files {
      left -= try file.skipToLast(left)
      kept.append(file)
      if left == 0 { break }
    }
    files = kept
  }
}
