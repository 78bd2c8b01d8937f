/// A name on the wire: labels, each preceded by its length. RFC 1035 §3.1, §4.1.4
public struct DomainName: Hashable, Sendable {
  /// In small letters (names are compared without regard to case, RFC 4343), joined by dots, without the last dot.
  public var bytes: [UInt8]

  public var text: String { String(decoding: bytes, as: UTF8.self) }
  public var isSingleLabel: Bool { !bytes.isEmpty && !bytes.contains(DomainName.dot) }

  private static let dot = UInt8(ascii: ".")

  public init(_ text: some StringProtocol) {
    bytes = text.utf8.map(DomainName.lowercased)
    if bytes.last == DomainName.dot { bytes.removeLast() }
  }

  static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte }

  /// Reads a name at `offset` and moves it behind the name. `nil` where it runs out of the message, is longer than 255
  /// bytes, holds a dot inside a label, or a pointer does not lead backwards (so loops cannot be).
  init?(in message: [UInt8], at offset: inout Int) {
    bytes = []
    var position = offset
    var end: Int?
    var wireLength = 0
    var lowest = message.count
    while true {
      guard position < message.count else { return nil }
      let length = message[position]
      switch length {
      case 0:
        offset = end ?? position + 1
        return
      case 1...63:
        let label = message[(position + 1)...].prefix(Int(length))
        wireLength += label.count + 1
        guard label.count == Int(length), wireLength < 255, !label.contains(DomainName.dot) else { return nil }
        if !bytes.isEmpty { bytes.append(DomainName.dot) }
        bytes.append(contentsOf: label.lazy.map(DomainName.lowercased))
        position += 1 + Int(length)
      case 0xc0...:
        guard position + 1 < message.count else { return nil }
        let target = Int(length & 0x3f) << 8 | Int(message[position + 1])
        // Each pointer leads before everything that was read so far, so there is an end.
        guard target < min(position, lowest), target >= Header.length else { return nil }
        lowest = target
        end = end ?? position + 2
        position = target
      default: return nil
      }
    }
  }

  /// Skips a name without reading it.
  static func skip(in message: [UInt8], at offset: inout Int) -> Bool {
    while offset < message.count {
      let length = message[offset]
      if length == 0 {
        offset += 1
        return true
      }
      if length >= 0xc0 {
        offset += 2
        return offset <= message.count
      }
      guard length < 0x40 else { return false }
      offset += 1 + Int(length)
    }
    return false
  }

  /// On the wire, uncompressed. `nil` where a label is empty or longer than 63 bytes.
  var wire: [UInt8]? {
    var wire: [UInt8] = []
    for label in bytes.split(separator: DomainName.dot, omittingEmptySubsequences: false) where !bytes.isEmpty {
      guard (1...63).contains(label.count) else { return nil }
      wire.append(UInt8(label.count))
      wire.append(contentsOf: label)
    }
    return wire.count < 255 ? wire + [0] : nil
  }

  /// The name without this domain at its end; `nil` where it does not lie in it.
  func removing(domain: DomainName) -> DomainName? {
    guard !domain.bytes.isEmpty, bytes.count > domain.bytes.count + 1,
      bytes.suffix(domain.bytes.count) == domain.bytes[...],
      bytes[bytes.count - domain.bytes.count - 1] == DomainName.dot
    else { return nil }
    var name = self
    name.bytes.removeLast(domain.bytes.count + 1)
    return name
  }
}
