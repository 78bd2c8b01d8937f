import Diagnostics

/// Ends a stream that unpacks to absurdly much: a few kilobytes of zstd can stand for terabytes.
final class ExpansionLimit: ByteSource {
  /// Bytes that any compressed layer may unpack to, whatever its size.
  static let free: Int64 = 1 << 30
  /// Beyond that, times the compressed size. Deflate reaches 1032 on zeros, so no honest gzip file is refused.
  static let ratio: Int64 = 1100

  private let plain: any ByteSource
  private let compressed: HashingSource
  private var count: Int64 = 0

  /// `plain` is what `compressed` unpacks to.
  init(_ plain: any ByteSource, of compressed: HashingSource) {
    self.plain = plain
    self.compressed = compressed
  }

  func next() throws -> UnsafeRawBufferPointer {
    let piece = try plain.next()
    count += Int64(piece.count)
    if count > Self.free, count / Self.ratio > compressed.count {
      throw Failure(.corrupt, "unpacks to more than \(Self.ratio) times its size")
    }
    return piece
  }
}
