import CBzip2
import Diagnostics

/// Expands bzip2, several streams one after another included, as bzip2(1) does.
final class Bzip2Source: ByteSource {
  private let inner: any ByteSource
  private let stream: UnsafeMutablePointer<bz_stream>
  private let room = Room()
  private var input = UnsafeRawBufferPointer(start: nil, count: 0)
  private var isInside = false

  init(_ inner: any ByteSource) throws {
    self.inner = inner
    stream = .allocate(capacity: 1)
    stream.initialize(to: bz_stream())
    do { try begin() } catch {
      stream.deallocate()
      throw error
    }
  }

  private func begin() throws {
    guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw Failure(.system, "no memory to decompress with") }
    isInside = true
  }

  deinit {
    if isInside { BZ2_bzDecompressEnd(stream) }
    stream.deallocate()
  }

  func next() throws -> UnsafeRawBufferPointer {
    var filled = 0
    while filled < room.bytes.count {
      if input.isEmpty {
        input = try inner.next()
        if input.isEmpty {
          guard !isInside else { throw Failure(.corrupt, "the bzip2 data ends in the middle") }
          break
        }
      }
      if !isInside { try begin() }
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress!.assumingMemoryBound(to: CChar.self))
      stream.pointee.avail_in = UInt32(input.count)
      stream.pointee.next_out = (room.bytes.baseAddress! + filled).assumingMemoryBound(to: CChar.self)
      stream.pointee.avail_out = UInt32(room.bytes.count - filled)
      let result = BZ2_bzDecompress(stream)
      input = UnsafeRawBufferPointer(rebasing: input[(input.count - Int(stream.pointee.avail_in))...])
      filled = room.bytes.count - Int(stream.pointee.avail_out)
      switch result {
      case BZ_OK: break
      case BZ_STREAM_END:
        BZ2_bzDecompressEnd(stream)
        isInside = false
      default: throw Failure(.corrupt, "the bzip2 data is damaged", causes: ["error \(result)"])
      }
    }
    return UnsafeRawBufferPointer(rebasing: room.bytes[..<filled])
  }
}
