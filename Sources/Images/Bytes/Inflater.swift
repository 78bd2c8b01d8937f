import CIsal
import CZlib
import Diagnostics

/// Inflates one gzip member after another (RFC 1952) and checks their checksums.
protocol Inflater: AnyObject {
  /// Inflates from `input`, which becomes what is left of it, into `room` from `filled` on, which becomes how much of it
  /// is filled. Without input it gives what it still holds.
  /// - Returns: the member is complete.
  func inflate(_ input: inout UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer, _ filled: inout Int)
    throws
    -> Bool
  /// What comes next is another member.
  func restart() throws
}

private func damaged(_ reason: String) -> Failure {
  Failure(.corrupt, "the gzip data is damaged", causes: [reason])
}

/// By ISA-L, where that is installed.
final class IsalInflater: Inflater {
  private let stream: OpaquePointer

  init?() {
    guard let stream = cisal_new() else { return nil }
    self.stream = stream
  }

  deinit { cisal_free(stream) }

  func inflate(_ input: inout UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer, _ filled: inout Int)
    throws
    -> Bool
  {
    var next = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    var count = input.count
    var output = room.baseAddress.map { ($0 + filled).assumingMemoryBound(to: UInt8.self) }
    var left = room.count - filled
    let result = cisal_inflate(stream, &next, &count, &output, &left)
    input = UnsafeRawBufferPointer(start: next, count: count)
    filled = room.count - left
    guard result >= 0 else { throw damaged(String(cString: cisal_reason(result))) }
    return result == 1
  }

  func restart() { cisal_reset(stream) }
}

/// By zlib, which is always there.
final class ZlibInflater: Inflater {
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws {
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

  func inflate(_ input: inout UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer, _ filled: inout Int)
    throws
    -> Bool
  {
    stream.pointee.next_in = input.baseAddress.map {
      UnsafeMutablePointer(mutating: $0.assumingMemoryBound(to: UInt8.self))
    }
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = (room.baseAddress! + filled).assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room.count - filled)
    let result = CZlib.inflate(stream, Z_NO_FLUSH)
    input = UnsafeRawBufferPointer(rebasing: input[(input.count - Int(stream.pointee.avail_in))...])
    filled = room.count - Int(stream.pointee.avail_out)
    switch result {
    case Z_OK, Z_BUF_ERROR: return false
    case Z_STREAM_END: return true
    default: throw damaged(stream.pointee.msg.map { String(cString: $0) } ?? "error \(result)")
    }
  }

  func restart() throws {
    guard inflateReset(stream) == Z_OK else { throw Failure(.system, "cannot go on decompressing") }
  }
}
