/// The physical lines of a Dockerfile, each with its line ending.
struct Lines {
  private let bytes: [UInt8]
  private var position: Int
  /// The number of the line that was read last, from 1.
  private(set) var number = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  mutating func next() -> String? {
    guard position < bytes.count else { return nil }
    let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
    defer { position = end }
    number += 1
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }
}

extension StringProtocol {
  var withoutLineEnding: Substring {
    var scalars = Substring(self).unicodeScalars
    while let last = scalars.last, last == "\n" || last == "\r" { scalars.removeLast() }
    return Substring(scalars)
  }

  var withoutLeadingSpace: Substring {
    var scalars = Substring(self).unicodeScalars
    while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
    return Substring(scalars)
  }

  var withoutSpace: Substring {
    var scalars = withoutLeadingSpace.unicodeScalars
    while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
    return Substring(scalars)
  }

  var isComment: Bool { withoutLeadingSpace.unicodeScalars.first == "#" }
}
