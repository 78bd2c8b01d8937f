import CLzma
import Diagnostics

/// Expands xz, several streams one after another included (The .xz File Format, 2.).
final class XzSource: ByteSource {
  private let inner: any ByteSource
  private let stream: UnsafeMutablePointer<lzma_stream>
  private let room = Room()
  private var input = UnsafeRawBufferPointer(start: nil, count: 0)
  private var isEnded = false

  /// LZMA_CONCATENATED, a macro that Swift does not see.
  private static let concatenated: UInt32 = 0x08
  /// Bytes: what `xz -9` makes needs 65 MiB.
  private static let memoryLimit: UInt64 = 128 << 20

  init(_ inner: any ByteSource) throws {
    self.inner = inner
    stream = .allocate(capacity: 1)
    stream.initialize(to: lzma_stream())
    guard lzma_stream_decoder(stream, Self.memoryLimit, Self.concatenated) == LZMA_OK else {
      stream.deallocate()
      throw Failure(.system, "no memory to decompress with")
    }
  }

  deinit {
    lzma_end(stream)
    stream.deallocate()
  }

  func next() throws -> UnsafeRawBufferPointer {
    var filled = 0
    while filled < room.bytes.count, !isEnded {
      if input.isEmpty { input = try inner.next() }
      stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_in = input.count
      stream.pointee.next_out = (room.bytes.baseAddress! + filled).assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = room.bytes.count - filled
      let result = lzma_code(stream, input.isEmpty ? LZMA_FINISH : LZMA_RUN)
      input = UnsafeRawBufferPointer(rebasing: input[(input.count - stream.pointee.avail_in)...])
      filled = room.bytes.count - stream.pointee.avail_out
      switch result {
      case LZMA_OK: break
      case LZMA_STREAM_END: isEnded = true
      case LZMA_BUF_ERROR: throw Failure(.corrupt, "the xz data ends in the middle")
      case LZMA_MEMLIMIT_ERROR: throw Failure(.unsupported, "the xz data needs more than 128 MiB of memory")
      default: throw Failure(.corrupt, "the xz data is damaged", causes: ["error \(result.rawValue)"])
      }
    }
    return UnsafeRawBufferPointer(rebasing: room.bytes[..<filled])
  }
}
