import Diagnostics

/// Takes exact amounts from a source, whatever the size of its pieces.
final class Cursor {
  private let source: any ByteSource
  private var rest = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Bytes taken so far.
  private(set) var position: Int64 = 0

  init(_ source: any ByteSource) { self.source = source }

  /// The next bytes in place, at least one and at most `limit`; empty at the end. Valid until the next call.
  func take(upTo limit: Int64) throws -> UnsafeRawBufferPointer {
    if rest.isEmpty { rest = try source.next() }
    let count = Int(min(Int64(rest.count), limit))
    let piece = UnsafeRawBufferPointer(rebasing: rest[..<count])
    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    position += Int64(count)
    return piece
  }

  /// Exactly `count` bytes; `nil` at the very end. Throws where the end comes in between.
  func read(_ count: Int) throws -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      let piece = try take(upTo: Int64(count - bytes.count))
      if piece.isEmpty {
        if bytes.isEmpty { return nil }
        throw truncated()
      }
      bytes.append(contentsOf: piece)
    }
    return bytes
  }

  func skip(_ count: Int64) throws {
    let here = rest.isEmpty ? 0 : try take(upTo: count).count
    var left = count - Int64(here)
    guard left > 0 else { return }
    if try source.skip(left) {
      position += left
      return
    }
    while left > 0 {
      let piece = try take(upTo: left)
      if piece.isEmpty { throw truncated() }
      left -= Int64(piece.count)
    }
  }
}
