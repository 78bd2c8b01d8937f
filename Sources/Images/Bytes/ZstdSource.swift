import CZstd
import Diagnostics

/// Decompresses zstd: any number of frames, skippable ones among them (RFC 8878). zstd:chunked is such a file.
final class ZstdSource: ByteSource {
  private let inner: any ByteSource
  private let context: OpaquePointer
  private let room = Room()
  private var input = UnsafeRawBufferPointer(start: nil, count: 0)
  /// What the last call still wants; 0: between frames.
  private var wanted = 0
  private var outputIsFull = false

  init(_ inner: any ByteSource) throws {
    self.inner = inner
    guard let context = ZSTD_createDCtx() else { throw Failure(.system, "no memory to decompress with") }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  func next() throws -> UnsafeRawBufferPointer {
    var output = ZSTD_outBuffer(dst: room.bytes.baseAddress, size: room.bytes.count, pos: 0)
    while output.pos < output.size {
      // A full room means that the decoder may hold more, without another byte of input.
      if input.isEmpty, !outputIsFull {
        input = try inner.next()
        if input.isEmpty {
          if wanted != 0 { throw truncated() }
          break
        }
      }
      var given = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
      let before = output.pos
      let result = ZSTD_decompressStream(context, &output, &given)
      if ZSTD_isError(result) != 0 {
        throw Failure(
          .corrupt, "the zstd data is damaged", causes: [String(cString: ZSTD_getErrorName(result))])
      }
      let tookInput = given.pos > 0
      input = UnsafeRawBufferPointer(rebasing: input[given.pos...])
      wanted = result
      outputIsFull = output.pos == output.size && result != 0
      if !tookInput, output.pos == before, input.isEmpty { outputIsFull = false }
    }
    return UnsafeRawBufferPointer(rebasing: room.bytes[..<output.pos])
  }
}
