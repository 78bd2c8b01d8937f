import Diagnostics

/// Inflates gzip, several members one after another included (RFC 1952, 2.2).
final class GzipSource: ByteSource {
  private let inner: any ByteSource
  private let inflater: any Inflater
  private let room = Room()
  private var input = UnsafeRawBufferPointer(start: nil, count: 0)
  private var inputEnded = false
  private var state = State.inside

  private enum State {
    case inside
    /// A member ended; another or zeros may follow.
    case between
    case ended
  }

  convenience init(_ inner: any ByteSource) throws { self.init(inner, with: try IsalInflater() ?? ZlibInflater()) }

  init(_ inner: any ByteSource, with inflater: any Inflater) {
    self.inner = inner
    self.inflater = inflater
  }

  func next() throws -> UnsafeRawBufferPointer {
    var filled = 0
    while filled < room.bytes.count, state != .ended {
      if input.isEmpty, !inputEnded {
        input = try inner.next()
        inputEnded = input.isEmpty
      }
      if state == .between {
        // tar and dd pad compressed files with zeros.
        while let byte = input.first, byte == 0 { input = UnsafeRawBufferPointer(rebasing: input.dropFirst()) }
        if input.isEmpty {
          if inputEnded { state = .ended }
          continue
        }
        try inflater.restart()
        state = .inside
      }
      // At the end of the input the inflater may still hold some output.
      let before = filled
      if try inflater.inflate(&input, into: room.bytes, &filled) {
        state = .between
      } else if inputEnded, filled == before {
        throw truncated()
      }
    }
    return UnsafeRawBufferPointer(rebasing: room.bytes[..<filled])
  }
}
