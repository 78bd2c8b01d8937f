import Linux

/// One file of a container's log, read a line at a time. At its end it can be asked again later.
final class LogFile {
  private let descriptor: Descriptor
  let inode: UInt64
  /// Of what follows `buffer`.
  private var offset: Int64 = 0
  private var buffer: [UInt8] = []
  private var start = 0
  private static let chunk = 64 << 10
  /// Longer than any line that the shim writes; what is longer is damage.
  private static let longestLine = 1 << 20

  init(_ path: String) throws(SystemError) {
    descriptor = try Descriptor.open(path)
    inode = try descriptor.status().inode
  }

  /// When it was last written to.
  var modified: Timestamp? { try? descriptor.status().modified }

  /// The next whole line; `nil` when there is none (yet).
  func next() throws(SystemError) -> LogEntry? {
    while true {
      if let newline = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[start..<newline]
        start = newline + 1
        // A damaged line, as a power cut leaves it, is passed over.
        if let entry = LogLine.parse(line) { return entry }
        continue
      }
      buffer.removeFirst(start)
      start = 0
      if buffer.count > Self.longestLine { buffer.removeAll() }
      let more = try descriptor.read(upTo: Self.chunk, at: offset)
      if more.isEmpty { return nil }
      offset += Int64(more.count)
      buffer += more
    }
  }

  /// Reading begins with the last `count` whole lines.
  /// - Returns: how many there are, where the file has fewer.
  func skipToLast(_ count: Int) throws(SystemError) -> Int {
    buffer = []
    start = 0
    var end = try descriptor.status().size
    var newlines = 0
    while end > 0 {
      let from = max(0, end - Int64(Self.chunk))
      let bytes = try descriptor.read(upTo: Int(end - from), at: from)
      for index in bytes.indices.reversed() where bytes[index] == UInt8(ascii: "\n") {
        newlines += 1
        guard newlines > count else { continue }
        offset = from + Int64(index) + 1
        return count
      }
      end = from
    }
    offset = 0
    return newlines
  }
}
