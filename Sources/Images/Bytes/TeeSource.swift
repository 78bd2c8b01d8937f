import Linux

/// Passes everything on and writes it to a file on the way.
final class TeeSource: ByteSource {
  private let inner: any ByteSource
  private let file: Descriptor
  private var written: Int64 = 0
  private var begun: Int64 = 0
  /// Bytes that are left to gather before the disk is set to work.
  private static let stride: Int64 = 16 << 20

  init(_ inner: any ByteSource, to file: Descriptor) {
    self.inner = inner
    self.file = file
  }

  func next() throws -> UnsafeRawBufferPointer {
    let piece = try inner.next()
    try file.writeAll(piece)
    written += Int64(piece.count)
    if written - begun >= Self.stride {
      // The blob is synchronized before it counts; by then most of it has reached the disk.
      file.beginWriteback(at: begun, count: written - begun)
      begun = written
    }
    return piece
  }
}
