import Glibc

/// Cuts the bytes of one stream into log entries as Docker does: one for each line, and for a line that is longer than
/// 16 KiB one for every 16 KiB of it, of which only the last ends with the line feed.
struct LineCutter: Sendable {
  static let longest = 16 << 10

  /// One entry: its bytes without the line feed.
  struct Entry {
    var bytes: UnsafeBufferPointer<UInt8>
    /// The line is whole, or this is its last part.
    var endsLine: Bool
    /// A part of this line was an entry already.
    var continues: Bool
  }

  /// The line that has not ended yet; always shorter than `longest`.
  private var pending: [UInt8] = []
  private var isContinuing = false

  /// Whether the next entry belongs to a line of which a part was written already.
  var continues: Bool { isContinuing }

  /// Hands every entry that is complete to `emit`.
  mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (Entry) -> Void) {
    var rest = bytes
    while !rest.isEmpty {
      let room = min(rest.count, LineCutter.longest - pending.count)
      let end = memchr(rest.baseAddress!, 10, room).map {
        rest.baseAddress!.distance(to: $0.assumingMemoryBound(to: UInt8.self))
      }
      let part = UnsafeBufferPointer(rebasing: rest[..<(end ?? room)])
      rest = UnsafeBufferPointer(rebasing: rest[(end.map { $0 + 1 } ?? room)...])
      guard end != nil || pending.count + part.count == LineCutter.longest else {
        pending += part
        return
      }
      if pending.isEmpty {
        pass(part, endsLine: end != nil, emit)
      } else {
        pending += part
        pending.withUnsafeBufferPointer { pass($0, endsLine: end != nil, emit) }
        pending.removeAll()
      }
    }
  }

  /// The stream ended: what is left is a line without line feed.
  mutating func finish(_ emit: (Entry) -> Void) {
    if !pending.isEmpty { pending.withUnsafeBufferPointer { pass($0, endsLine: false, emit) } }
    pending = []
    isContinuing = false
  }

  private mutating func pass(_ bytes: UnsafeBufferPointer<UInt8>, endsLine: Bool, _ emit: (Entry) -> Void) {
    emit(Entry(bytes: bytes, endsLine: endsLine, continues: isContinuing))
    isContinuing = !endsLine
  }
}
