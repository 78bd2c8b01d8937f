import CZlib
import Diagnostics

/// Inflates gzip, several members one after another included (RFC 1952, 2.2).
final class GzipSource: ByteSource {
  private let inner: any ByteSource
  private let stream: UnsafeMutablePointer<z_stream>
  private let room = Room()
  private var input = UnsafeRawBufferPointer(start: nil, count: 0)
  private var state = State.inside

  private enum State {
    case inside
    /// A member ended; another or zeros may follow.
    case between
    case ended
  }

  init(_ inner: any ByteSource) throws {
    self.inner = inner
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15: the largest window; 16: expect the gzip wrapper and check its CRC.
    guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      stream.deallocate()
      throw Failure(.system, "no memory to decompress with")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func next() throws -> UnsafeRawBufferPointer {
    var filled = 0
    while filled < room.bytes.count, state != .ended {
      if input.isEmpty {
        input = try inner.next()
        if input.isEmpty {
          guard state == .between else { throw truncated() }
          state = .ended
          break
        }
      }
      if state == .between {
        // tar and dd pad compressed files with zeros.
        while let byte = input.first, byte == 0 { input = UnsafeRawBufferPointer(rebasing: input.dropFirst()) }
        if input.isEmpty { continue }
        guard inflateReset(stream) == Z_OK else { throw Failure(.system, "cannot go on decompressing") }
        state = .inside
      }
      try inflateSome(&filled)
    }
    return UnsafeRawBufferPointer(rebasing: room.bytes[..<filled])
  }

  private func inflateSome(_ filled: inout Int) throws {
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress!.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = (room.bytes.baseAddress! + filled).assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room.bytes.count - filled)
    let result = inflate(stream, Z_NO_FLUSH)
    input = UnsafeRawBufferPointer(rebasing: input[(input.count - Int(stream.pointee.avail_in))...])
    filled = room.bytes.count - Int(stream.pointee.avail_out)
    switch result {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: state = .between
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(result)"
      throw Failure(.corrupt, "the gzip data is damaged", causes: [reason])
    }
  }
}
