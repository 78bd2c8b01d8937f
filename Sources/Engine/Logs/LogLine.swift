import Linux

/// One line of a log in Docker's json-file format:
///
///     {"log":"text\n","stream":"stdout","attrs":{…},"time":"2026-03-01T12:00:00.123456789Z"}
///
/// Read by hand: a log of gigabytes is looked through at the speed of memory.
enum LogLine {
  /// - Parameter line: without the newline at its end.
  /// - Returns: `nil` for a line that is damaged (the end of a log that a power cut hit).
  static func parse(_ line: ArraySlice<UInt8>) -> LogEntry? {
    var scanner = JSONScanner(line)
    var text: [UInt8]?
    var stream = LogEntry.Stream.stdout
    var time: Timestamp?
    var attributes: [String: String] = [:]
    guard scanner.take(UInt8(ascii: "{")) else { return nil }
    while !scanner.take(UInt8(ascii: "}")) {
      guard let key = scanner.string(), scanner.take(UInt8(ascii: ":")) else { return nil }
      switch key {
      case logKey:
        guard let value = scanner.string() else { return nil }
        text = value
      case streamKey:
        guard let value = scanner.string() else { return nil }
        if value == errorStream { stream = .stderr }
      case timeKey:
        guard let value = scanner.string() else { return nil }
        time = Timestamp(ascii: value[...])
      case attributesKey:
        guard let value = scanner.strings() else { return nil }
        attributes = value
      default:
        guard scanner.skipValue() else { return nil }
      }
      _ = scanner.take(UInt8(ascii: ","))
    }
    guard let text, let time else { return nil }
    return LogEntry(time: time, stream: stream, bytes: text, attributes: attributes)
  }

  private static let logKey = Array("log".utf8)
  private static let streamKey = Array("stream".utf8)
  private static let attributesKey = Array("attrs".utf8)
  private static let timeKey = Array("time".utf8)
  private static let errorStream = Array("stderr".utf8)
}

/// A cursor over one JSON value.
private struct JSONScanner {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  private mutating func skipSpace() {
    while position < bytes.endIndex, bytes[position] == 32 || bytes[position] == 9 || bytes[position] == 13 {
      position += 1
    }
  }

  mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.endIndex, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func string() -> [UInt8]? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    var result: [UInt8] = []
    var plain = position
    while position < bytes.endIndex {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        result += bytes[plain..<position]
        position += 1
        return result
      case UInt8(ascii: "\\"):
        result += bytes[plain..<position]
        position += 1
        guard escape(into: &result) else { return nil }
        plain = position
      default: position += 1
      }
    }
    return nil
  }

  /// An object whose values are strings.
  mutating func strings() -> [String: String]? {
    guard take(UInt8(ascii: "{")) else { return nil }
    var members: [String: String] = [:]
    while !take(UInt8(ascii: "}")) {
      guard let name = string(), take(UInt8(ascii: ":")), let value = string() else { return nil }
      members[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
      _ = take(UInt8(ascii: ","))
    }
    return members
  }

  private mutating func escape(into result: inout [UInt8]) -> Bool {
    guard position < bytes.endIndex else { return false }
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "n"): result.append(10)
    case UInt8(ascii: "t"): result.append(9)
    case UInt8(ascii: "r"): result.append(13)
    case UInt8(ascii: "b"): result.append(8)
    case UInt8(ascii: "f"): result.append(12)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(letter)
    case UInt8(ascii: "u"):
      guard let first = unit() else { return false }
      var scalar = UInt32(first)
      if (0xD800..<0xDC00).contains(first) {
        guard bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return false }
        position += 2
        guard let second = unit(), (0xDC00..<0xE000).contains(second) else { return false }
        scalar = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
      }
      result += String(Unicode.Scalar(scalar).map(Character.init) ?? "\u{FFFD}").utf8
    default: return false
    }
    return true
  }

  /// Four hexadecimal digits.
  private mutating func unit() -> UInt16? {
    guard position + 4 <= bytes.endIndex else { return nil }
    defer { position += 4 }
    return UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
  }

  /// Passes over a string, an object, an array or a bare word.
  mutating func skipValue() -> Bool {
    skipSpace()
    guard position < bytes.endIndex else { return false }
    var depth = 0
    repeat {
      skipSpace()
      guard position < bytes.endIndex else { return false }
      switch bytes[position] {
      case UInt8(ascii: "\""): guard string() != nil else { return false }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        position += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        position += 1
      default:
        while position < bytes.endIndex, !Array(",:}] \t".utf8).contains(bytes[position]) { position += 1 }
      }
    } while depth > 0
    return true
  }
}
