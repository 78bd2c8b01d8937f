import Diagnostics

/// How a layer or an archive is compressed, found out from its first bytes: media types and file names lie.
enum Compression: Hashable, Sendable {
  case none, gzip, zstd, xz, bzip2

  /// A source of the plain bytes of `source`.
  static func open(_ source: any ByteSource) throws -> (plain: any ByteSource, compression: Compression) {
    let peeked = PeekedSource(source)
    let start = try peeked.peek(6)
    func begins(_ magic: [UInt8]) -> Bool { start.starts(with: magic) }
    if begins([0x1f, 0x8b]) { return (try GzipSource(peeked), .gzip) }
    // Frames, and skippable frames (RFC 8878, 3.1), which zstd:chunked puts around its table.
    if begins([0x28, 0xb5, 0x2f, 0xfd]) { return (try ZstdSource(peeked), .zstd) }
    if start.count >= 4, start[0] & 0xf0 == 0x50, start[1...3].elementsEqual([0x2a, 0x4d, 0x18]) {
      return (try ZstdSource(peeked), .zstd)
    }
    if begins([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) { return (try XzSource(peeked), .xz) }
    if begins([0x42, 0x5a, 0x68]) { return (try Bzip2Source(peeked), .bzip2) }
    if begins([0x04, 0x22, 0x4d, 0x18]) {
      throw Failure(
        .unsupported, "compressed with lz4, which image layers are not",
        hint: "unpack it first with `lz4 -dc` and give the result on standard input")
    }
    return (peeked, .none)
  }
}

/// Looks at the beginning of a source without taking it.
final class PeekedSource: ByteSource {
  private let inner: any ByteSource
  private let room = Room(Room.size + 64)
  private var filled = 0

  init(_ inner: any ByteSource) { self.inner = inner }

  /// At least `count` (at most 64) bytes unless there are no more.
  func peek(_ count: Int) throws -> [UInt8] {
    while filled < count {
      let piece = try inner.next()
      if piece.isEmpty { break }
      UnsafeMutableRawBufferPointer(rebasing: room.bytes[filled...]).copyMemory(from: piece)
      filled += piece.count
    }
    return Array(room.bytes[..<min(count, filled)])
  }

  func next() throws -> UnsafeRawBufferPointer {
    if filled == 0 { return try inner.next() }
    defer { filled = 0 }
    return UnsafeRawBufferPointer(rebasing: room.bytes[..<filled])
  }
}
