/// Bytes of a program's output as the inside of a JSON string, exactly as Docker's json-file log has them: `<`, `>`,
/// `&`, U+2028 and U+2029 are escaped too, and a byte that belongs to no UTF-8 sequence becomes `\ufffd`.
enum JSONText {
  /// No byte becomes longer than this.
  static let growth = 6
  /// Written beyond the result without meaning; room for it must be there.
  static let slack = 8

  /// - Parameter target: has room for `growth * count + slack`.
  /// - Returns: the number of bytes written.
  static func escape(
    _ source: UnsafePointer<UInt8>, _ count: Int, into target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var (read, written) = (0, 0)
    while read < count {
      if count - read >= 8 {
        let word = UnsafeRawPointer(source + read).loadUnaligned(as: UInt64.self)
        UnsafeMutableRawPointer(target + written).storeBytes(of: word, as: UInt64.self)
        let plain = plainPrefix(of: UInt64(littleEndian: word))
        read += plain
        written += plain
        if plain == 8 { continue }
      }
      let byte = source[read]
      if byte < 0x80 {
        written += escape(byte, into: target + written)
        read += 1
        continue
      }
      let length = sequence(source + read, count - read)
      if length == 0 {
        written += put("\\ufffd", at: target + written)
        read += 1
      } else if length == 3, byte == 0xE2, source[read + 1] == 0x80, source[read + 2] & 0xFE == 0xA8 {
        written += put(source[read + 2] == 0xA8 ? "\\u2028" : "\\u2029", at: target + written)
        read += 3
      } else {
        for index in 0..<length { target[written + index] = source[read + index] }
        written += length
        read += length
      }
    }
    return written
  }

  /// How many of eight bytes, from the lowest, can stay as they are. The usual arithmetic on all eight at once: a byte
  /// is flagged when it is below 0x20, above 0x7F, or equal to one of the five characters, of which two pairs differ in
  /// one bit only. Flags above the lowest one may be false, but it never is.
  @inline(__always)
  private static func plainPrefix(of word: UInt64) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    func zero(_ value: UInt64) -> UInt64 { (value &- ones) & ~value }
    let control = (word &- ones &* 0x20) & ~word
    let angle = zero((word | ones &* 0x02) ^ ones &* 0x3E)  // < >
    let quote = zero((word | ones &* 0x04) ^ ones &* 0x26)  // " &
    let backslash = zero(word ^ ones &* 0x5C)
    return ((control | angle | quote | backslash | word) & tops).trailingZeroBitCount / 8
  }

  /// One ASCII character.
  @inline(__always)
  private static func escape(_ byte: UInt8, into target: UnsafeMutablePointer<UInt8>) -> Int {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      target[0] = UInt8(ascii: "\\")
      target[1] = byte
      return 2
    case UInt8(ascii: "\n"): return put("\\n", at: target)
    case UInt8(ascii: "\r"): return put("\\r", at: target)
    case 0..<0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
      _ = put("\\u00", at: target)
      target[4] = digit(byte >> 4)
      target[5] = digit(byte & 15)
      return 6
    default:
      target[0] = byte
      return 1
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

  @inline(__always)
  private static func put(_ text: StaticString, at target: UnsafeMutablePointer<UInt8>) -> Int {
    target.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
    return text.utf8CodeUnitCount
  }

  /// The length of the UTF-8 sequence of more than one byte that begins here; 0 where none does (Unicode, table 3-7).
  private static func sequence(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    let first = bytes[0]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return 0
    }
    guard count >= length, second.contains(bytes[1]) else { return 0 }
    for index in 2..<max(length, 2) where bytes[index] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
