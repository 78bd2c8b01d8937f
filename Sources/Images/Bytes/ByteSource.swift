import Diagnostics
import Linux

/// A stream of bytes that is pulled in pieces. Sources are stacked: file, hash, decompression, tar.
public protocol ByteSource: AnyObject {
  /// The next piece, at most 256 KiB, valid until the next call; empty at the end.
  func next() throws -> UnsafeRawBufferPointer
  /// Moves on without reading. `false`: this source cannot, and nothing happened.
  func skip(_ count: Int64) throws -> Bool
}

extension ByteSource {
  public func skip(_ count: Int64) throws -> Bool { false }
}

/// Room for one piece. 256 KiB: large enough that a system call costs nothing next to the copying, small enough for
/// the cache. One thread owns it at a time.
final class Room: @unchecked Sendable {
  static let size = 256 << 10
  let bytes: UnsafeMutableRawBufferPointer

  init(_ size: Int = Room.size) { bytes = .allocate(byteCount: size, alignment: 64) }
  deinit { bytes.deallocate() }
}

/// A stretch of a file that can be read at any place, or the whole rest of a stream.
public final class FileSource: ByteSource {
  private let file: Descriptor
  private let room = Room()
  /// `nil`: a stream, read where it stands.
  private var offset: Int64?
  private var remaining: Int64

  public init(stream: Descriptor) {
    file = stream
    remaining = .max
  }

  init(_ file: Descriptor, at offset: Int64, count: Int64) {
    self.file = file
    self.offset = offset
    remaining = count
  }

  public func next() throws -> UnsafeRawBufferPointer {
    let wanted = Int(min(Int64(room.bytes.count), remaining))
    if wanted == 0 { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let target = UnsafeMutableRawBufferPointer(rebasing: room.bytes[..<wanted])
    let count: Int
    if let offset {
      count = try file.read(into: target, at: offset)
      self.offset = offset + Int64(count)
      remaining -= Int64(count)
    } else {
      count = try file.read(into: target)
    }
    return UnsafeRawBufferPointer(rebasing: room.bytes[..<count])
  }

  public func skip(_ count: Int64) throws -> Bool {
    guard let offset else { return false }
    guard count <= remaining else { throw truncated() }
    self.offset = offset + count
    remaining -= count
    return true
  }
}

func truncated() -> Failure { Failure(.corrupt, "the data ends too early") }
