/// Passes everything on, and tells now and then how much that was.
final class ProgressSource: ByteSource {
  private let inner: any ByteSource
  private let report: @Sendable (Int64) -> Void
  private var count: Int64 = 0
  private var reported: Int64 = 0
  /// Bytes between two reports.
  private static let stride: Int64 = 4 << 20

  init(_ inner: any ByteSource, _ report: @escaping @Sendable (Int64) -> Void) {
    self.inner = inner
    self.report = report
  }

  func next() throws -> UnsafeRawBufferPointer {
    let piece = try inner.next()
    count += Int64(piece.count)
    if count - reported >= Self.stride {
      reported = count
      report(count)
    }
    return piece
  }
}
