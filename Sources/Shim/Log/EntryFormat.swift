import Launch
import Linux

/// The bytes around an entry of Docker's json-file log:
/// `{"log":"…\n","stream":"stdout","attrs":{…},"time":"…"}` and a line feed.
final class EntryFormat {
  private static let head: StaticString = "{\"log\":\""

  /// From the end of the text to the opening quote of the time.
  private let middle: [UInt8]
  private let room: UnsafeMutableBufferPointer<UInt8>

  init(stream: String, attributes: [NamedValue]) {
    var middle = Array("\",\"stream\":\"\(stream)\",".utf8)
    if !attributes.isEmpty {
      middle += "\"attrs\":{".utf8
      for (index, attribute) in attributes.enumerated() {
        if index > 0 { middle.append(UInt8(ascii: ",")) }
        middle += EntryFormat.quoted(attribute.name) + [UInt8(ascii: ":")] + EntryFormat.quoted(attribute.value)
      }
      middle += "},".utf8
    }
    self.middle = middle + "\"time\":\"".utf8
    room = .allocate(capacity: self.middle.count + 40)
  }

  deinit { room.deallocate() }

  /// What follows the text of an entry of this time; valid until it is asked for another.
  func tail(at time: Timestamp) -> UnsafeBufferPointer<UInt8> {
    let bytes = middle + time.ascii(fixedFraction: false) + "\"}\n".utf8
    _ = room.update(fromContentsOf: bytes)
    return UnsafeBufferPointer(rebasing: room[..<bytes.count])
  }

  /// Room that an entry of `count` bytes with this tail may need.
  @inline(__always)
  static func room(for count: Int, _ tail: UnsafeBufferPointer<UInt8>) -> Int {
    head.utf8CodeUnitCount + count * JSONText.growth + JSONText.slack + 2 + tail.count
  }

  /// - Returns: the number of bytes written.
  @inline(__always)
  static func write(
    _ entry: LineCutter.Entry, _ tail: UnsafeBufferPointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var position = head.utf8CodeUnitCount
    target.update(from: head.utf8Start, count: position)
    if let base = entry.bytes.baseAddress {
      position += JSONText.escape(base, entry.bytes.count, into: target + position)
    }
    if entry.endsLine {
      target[position] = UInt8(ascii: "\\")
      target[position + 1] = UInt8(ascii: "n")
      position += 2
    }
    (target + position).update(from: tail.baseAddress!, count: tail.count)
    return position + tail.count
  }

  private static func quoted(_ text: String) -> [UInt8] {
    let source = Array(text.utf8)
    let room = source.count * JSONText.growth + JSONText.slack
    let escaped = [UInt8](unsafeUninitializedCapacity: room) { target, count in
      count = source.withUnsafeBufferPointer { bytes in
        bytes.baseAddress.map { JSONText.escape($0, bytes.count, into: target.baseAddress!) } ?? 0
      }
    }
    return [UInt8(ascii: "\"")] + escaped + [UInt8(ascii: "\"")]
  }
}
