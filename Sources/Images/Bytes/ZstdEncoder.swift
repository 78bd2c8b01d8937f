import CZstd
import Diagnostics

/// Compresses with zstd (RFC 8878), one frame with a checksum.
final class ZstdEncoder: ByteSource {
  private let inner: any ByteSource
  private let context: OpaquePointer
  private let room = Room()
  private var input = UnsafeRawBufferPointer(start: nil, count: 0)
  private var inputEnded = false
  private var ended = false

  /// - Parameter level: 1 (fastest) to 22 (smallest).
  init(_ inner: any ByteSource, level: Int) throws {
    self.inner = inner
    guard let context = ZSTD_createCCtx() else { throw Failure(.system, "no memory to compress with") }
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit { ZSTD_freeCCtx(context) }

  func next() throws -> UnsafeRawBufferPointer {
    var output = ZSTD_outBuffer(dst: room.bytes.baseAddress, size: room.bytes.count, pos: 0)
    while output.pos < output.size, !ended {
      if input.isEmpty, !inputEnded {
        input = try inner.next()
        inputEnded = input.isEmpty
      }
      var given = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
      let left = ZSTD_compressStream2(context, &output, &given, inputEnded ? ZSTD_e_end : ZSTD_e_continue)
      guard ZSTD_isError(left) == 0 else {
        throw Failure(.system, "compressing failed", causes: [String(cString: ZSTD_getErrorName(left))])
      }
      input = UnsafeRawBufferPointer(rebasing: input[given.pos...])
      ended = inputEnded && left == 0
    }
    return UnsafeRawBufferPointer(rebasing: room.bytes[..<output.pos])
  }
}
