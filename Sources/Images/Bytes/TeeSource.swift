import Linux

/// Passes everything on and writes it to a file on the way.
final class TeeSource: ByteSource {
  private let inner: any ByteSource
  private let file: Descriptor

  init(_ inner: any ByteSource, to file: Descriptor) {
    self.inner = inner
    self.file = file
  }

  func next() throws -> UnsafeRawBufferPointer {
    let piece = try inner.next()
    try file.writeAll(piece)
    return piece
  }
}
