/// The header around a message: a magic number, the version of the format, what it is, and how long it is, so that a
/// reader knows whether it has all of it before it believes any of it.
enum Envelope {
  static let magic: UInt32 = 0x5456_4144  // "DAVT"
  static let version: UInt16 = 1
  static let size = 12
  /// Far above any real message; a length that is read is never believed beyond this.
  static let limit = 16 << 20

  enum Kind: UInt16 { case launch = 1, exec, report }

  static func seal(_ value: some WireValue, as kind: Kind) -> [UInt8] {
    var body = Wire()
    var copy = value
    // Writing cannot fail: only reading checks.
    try! copy.pass(&body)
    var header = Wire()
    for var number in [magic, UInt32(version) << 16 | UInt32(kind.rawValue), UInt32(body.bytes.count)] {
      try! header.integer(&number)
    }
    return header.bytes + body.bytes
  }

  /// How many bytes the message at the beginning of `bytes` has, header included; `nil` while the header is incomplete.
  static func length(of bytes: [UInt8], as kind: Kind) throws(WireError) -> Int? {
    guard bytes.count >= size else { return nil }
    var wire = Wire(reading: bytes)
    var magic: UInt32 = 0
    var type: UInt32 = 0
    var length: UInt32 = 0
    try wire.integer(&magic)
    try wire.integer(&type)
    try wire.integer(&length)
    guard magic == Envelope.magic else { throw .notAMessage }
    guard UInt16(type >> 16) == version else { throw .version(UInt16(type >> 16)) }
    guard UInt16(truncatingIfNeeded: type) == kind.rawValue, length <= limit else { throw .invalid }
    return size + Int(length)
  }

  static func open<Value: WireValue>(_ bytes: [UInt8], as kind: Kind) throws(WireError) -> Value {
    guard let length = try length(of: bytes, as: kind), bytes.count >= length else { throw .truncated }
    guard bytes.count == length else { throw .invalid }
    var wire = Wire(reading: bytes, from: size)
    var value = Value()
    try value.pass(&wire)
    guard wire.left == 0 else { throw .invalid }
    return value
  }
}
