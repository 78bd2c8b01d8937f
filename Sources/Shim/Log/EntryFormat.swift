import Launch
import Linux

/// The bytes around an entry of Docker's json-file log:
/// `{"log":"…\n","stream":"stdout","attrs":{…},"time":"…"}` and a line feed.
struct EntryFormat: Sendable {
  private static let head: [UInt8] = Array("{\"log\":\"".utf8)

  /// From the stream's name to the opening quote of the time.
  private let middle: [UInt8]
  private var tail: [UInt8] = []

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
  }

  /// The time of the entries that follow.
  mutating func setTime(_ time: Timestamp) { tail = middle + time.ascii(fixedFraction: false) + "\"}\n".utf8 }

  /// Room that an entry of `count` bytes may need.
  func room(for count: Int) -> Int {
    EntryFormat.head.count + count * JSONText.growth + JSONText.slack + 2 + middle.count + 40
  }

  /// - Returns: the number of bytes written.
  @inline(__always)
  func write(_ entry: LineCutter.Entry, to target: UnsafeMutablePointer<UInt8>) -> Int {
    var position = put(EntryFormat.head, at: target)
    if let base = entry.bytes.baseAddress {
      position += JSONText.escape(base, entry.bytes.count, into: target + position)
    }
    if entry.endsLine {
      target[position] = UInt8(ascii: "\\")
      target[position + 1] = UInt8(ascii: "n")
      position += 2
    }
    return position + put(tail, at: target + position)
  }

  @inline(__always)
  private func put(_ bytes: [UInt8], at target: UnsafeMutablePointer<UInt8>) -> Int {
    bytes.withUnsafeBufferPointer { target.update(from: $0.baseAddress!, count: $0.count) }
    return bytes.count
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
