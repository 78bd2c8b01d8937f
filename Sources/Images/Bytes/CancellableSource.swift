import Linux

/// Passes everything on until somebody says stop, also while nothing arrives.
final class CancellableSource: ByteSource {
  private let inner: any ByteSource
  private let cancellation: Cancellation
  private let stream: Descriptor?

  /// - Parameter stream: what `inner` reads, where that may take as long as it likes.
  init(_ inner: any ByteSource, _ cancellation: Cancellation, waitingFor stream: Descriptor?) {
    self.inner = inner
    self.cancellation = cancellation
    self.stream = stream
  }

  func next() throws -> UnsafeRawBufferPointer {
    if let stream { _ = poll([stream, cancellation.descriptor]) }
    try cancellation.check()
    return try inner.next()
  }

  func skip(_ count: Int64) throws -> Bool { try inner.skip(count) }
}
