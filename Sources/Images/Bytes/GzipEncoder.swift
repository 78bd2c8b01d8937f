import CZlib
import Diagnostics

/// Compresses with gzip (RFC 1952). Without a name and a time in the header: the same bytes always become the same bytes.
final class GzipEncoder: ByteSource {
  private let inner: any ByteSource
  private let stream: UnsafeMutablePointer<z_stream>
  private let room = Room()
  private var input = UnsafeRawBufferPointer(start: nil, count: 0)
  private var inputEnded = false
  private var ended = false

  /// - Parameter level: 1 (fastest) to 9 (smallest).
  init(_ inner: any ByteSource, level: Int) throws {
    self.inner = inner
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15: the largest window; 16: gzip's wrapper.
    let size = Int32(MemoryLayout<z_stream>.size)
    guard
      deflateInit2_(stream, Int32(level), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    else {
      stream.deallocate()
      throw Failure(.system, "no memory to compress with")
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  func next() throws -> UnsafeRawBufferPointer {
    stream.pointee.next_out = room.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room.bytes.count)
    while stream.pointee.avail_out > 0, !ended {
      if input.isEmpty, !inputEnded {
        input = try inner.next()
        inputEnded = input.isEmpty
      }
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(input.count)
      let result = deflate(stream, inputEnded ? Z_FINISH : Z_NO_FLUSH)
      guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(result) else {
        throw Failure(.system, "compressing failed: zlib error \(result)")
      }
      input = UnsafeRawBufferPointer(rebasing: input[(input.count - Int(stream.pointee.avail_in))...])
      ended = result == Z_STREAM_END
    }
    return UnsafeRawBufferPointer(rebasing: room.bytes[..<(room.bytes.count - Int(stream.pointee.avail_out))])
  }
}
