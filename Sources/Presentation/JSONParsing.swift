import Diagnostics

extension JSONValue {
  /// Reads JSON (RFC 8259), members in their order.
  public init(parsing text: String) throws(Failure) {
    var parser = JSONParser(bytes: Array(text.utf8))
    self = try parser.document()
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  var position = 0
  var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(Failure) -> JSONValue {
    let value = try self.value()
    skipSpace()
    guard position == bytes.count else { throw failure() }
    return value
  }

  private func failure() -> Failure { Failure(.corrupt, "malformed JSON at byte \(position)") }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 32 || byte == 10 || byte == 13 || byte == 9 { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
    for index in 0..<word.utf8CodeUnitCount {
      guard next == word.utf8Start[index] else { throw failure() }
      position += 1
    }
    return value
  }

  private mutating func value() throws(Failure) -> JSONValue {
    skipSpace()
    depth += 1
    defer { depth -= 1 }
    guard let byte = next, depth < 200 else { throw failure() }
    switch byte {
    case UInt8(ascii: "{"):
      position += 1
      var members: [JSONValue.Member] = []
      if take("}") { return .object([]) }
      repeat {
        skipSpace()
        let key = try string()
        guard take(":") else { throw failure() }
        members.append(.init(key, try value()))
      } while take(",")
      guard take("}") else { throw failure() }
      return .object(members)
    case UInt8(ascii: "["):
      position += 1
      var values: [JSONValue] = []
      if take("]") { return .array([]) }
      repeat { values.append(try value()) } while take(",")
      guard take("]") else { throw failure() }
      return .array(values)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", true)
    case UInt8(ascii: "f"): return try word("false", false)
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let start = position
    while let byte = next, "+-.0123456789eE".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let whole = Int64(text) { return .integer(whole) }
    guard let number = Double(text) else { throw failure() }
    return .number(number)
  }

  private mutating func string() throws(Failure) -> String {
    guard next == UInt8(ascii: "\"") else { throw failure() }
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escape = next else { throw failure() }
        position += 1
        switch escape {
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "u"): text += String(Character(try escapedScalar())).utf8
        default: text.append(escape)
        }
      default: text.append(byte)
      }
    }
    throw failure()
  }

  private mutating func escapedScalar() throws(Failure) -> Unicode.Scalar {
    let high = try fourDigits()
    guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
    // A surrogate pair.
    guard next == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u") else {
      return "\u{FFFD}"
    }
    position += 2
    let low = try fourDigits()
    guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
    return Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) ?? "\u{FFFD}"
  }

  private mutating func fourDigits() throws(Failure) -> UInt32 {
    guard position + 4 <= bytes.count,
      let value = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw failure() }
    position += 4
    return value
  }
}
