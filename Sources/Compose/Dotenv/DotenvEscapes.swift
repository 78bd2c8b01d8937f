extension DotenvParser {
  /// The escapes of double-quoted values: `\a \b \f \n \r \t \v \\ \" \$` and octal `\0` with up to three digits.
  /// Others stay as they are.
  static func expandEscapes(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      guard byte == UInt8(ascii: "\\"), at < bytes.count else {
        result.append(byte)
        continue
      }
      let next = bytes[at]
      at += 1
      switch next {
      case UInt8(ascii: "a"): result.append(7)
      case UInt8(ascii: "b"): result.append(8)
      case UInt8(ascii: "f"): result.append(12)
      case UInt8(ascii: "n"): result.append(10)
      case UInt8(ascii: "r"): result.append(13)
      case UInt8(ascii: "t"): result.append(9)
      case UInt8(ascii: "v"): result.append(11)
      case UInt8(ascii: "\\"), UInt8(ascii: "\""): result.append(next)
      // The variables come next; `$$` is a literal dollar there.
      case UInt8(ascii: "$"): result += [next, next]
      case UInt8(ascii: "0"):
        let digits = bytes[at...].prefix(3).prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "7") }
        let value = digits.reduce(0) { $0 * 8 + Int($1 - UInt8(ascii: "0")) }
        if digits.count == 3, value <= 0xFF {
          result += Array(String(UnicodeScalar(UInt8(value))).utf8)
          at += 3
        } else {
          result += [byte, next]
        }
      default: result += [byte, next]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
