/// What a plain scalar means. The rules are those that compose files live by today (YAML 1.2 core, with the older octal
/// and binary integers kept): `on`, `yes` and `22:22` are strings, `0444` and `0o444` are octal, `1_000` is a number.
enum ScalarResolution {
  static func value(of text: String) -> Node.Value {
    var copy = text
    return copy.withUTF8 { bytes in
      guard let first = bytes.first else { return .null }
      switch first {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
        return number(bytes) ?? .string(text)
      case UInt8(ascii: "~"): return bytes.count == 1 ? .null : .string(text)
      case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"),
        UInt8(ascii: "F"):
        return word(text, bytes.count)
      default: return .string(text)
      }
    }
  }

  private static func word(_ text: String, _ count: Int) -> Node.Value {
    guard count == 4 || count == 5 else { return .string(text) }
    switch text {
    case "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: return .string(text)
    }
  }

  private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Node.Value? {
    // Longer text is no number that anybody wrote; it keeps the work per scalar bounded.
    guard bytes.count <= 400 else { return nil }
    if bytes.count <= 5, let special = specialFloat(bytes) { return .float(special) }
    let digits = bytes.filter { $0 != UInt8(ascii: "_") }
    guard digits.allSatisfy(isNumeric) else { return nil }
    let text = String(decoding: digits, as: UTF8.self)
    if bytes[0] != UInt8(ascii: ".") {
      if let int = integer(text) { return .int(int) }
      // Too large for an integer, and a float would round it: the digits are what somebody wrote.
      if UInt64(text) != nil, !text.hasPrefix("0") { return nil }
    } else if digits.count != bytes.count {
      return nil
    }
    guard isFloat(digits) else { return nil }
    guard let double = Double(text), double.isFinite else { return nil }
    return .float(double)
  }

  private static func specialFloat(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    switch String(decoding: bytes, as: UTF8.self) {
    case ".nan", ".NaN", ".NAN": return .nan
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
    case "-.inf", "-.Inf", "-.INF": return -.infinity
    default: return nil
    }
  }

  private static func isNumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"),
      UInt8(ascii: "O"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      return true
    default: return false
    }
  }

  /// An integer with an optional sign and an optional prefix: `0x`, `0o`, `0b`, or `0` for octal.
  private static func integer(_ text: String) -> Int? {
    var rest = text[...]
    var sign = ""
    if let first = rest.first, first == "+" || first == "-" {
      sign = String(first)
      rest = rest.dropFirst()
    }
    guard let first = rest.utf8.first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else { return nil }
    guard first == UInt8(ascii: "0"), rest.utf8.count > 1 else { return Int(sign + rest) }
    let radix: Int
    var digits = rest.dropFirst(2)
    switch rest.utf8[rest.utf8.index(after: rest.startIndex)] {
    case UInt8(ascii: "x"), UInt8(ascii: "X"): radix = 16
    case UInt8(ascii: "o"), UInt8(ascii: "O"): radix = 8
    case UInt8(ascii: "b"), UInt8(ascii: "B"): radix = 2
    default:
      radix = 8
      digits = rest.dropFirst()
    }
    guard let lead = digits.utf8.first, lead != UInt8(ascii: "+"), lead != UInt8(ascii: "-") else { return nil }
    return Int(sign + digits, radix: radix)
  }

  /// `[-+]? ( . digits | digits ( . digits? )? ) ( [eE] [-+]? digits )?`
  private static func isFloat(_ bytes: [UInt8]) -> Bool {
    var at = 0
    func digits() -> Int {
      let start = at
      while at < bytes.count, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
      return at - start
    }
    func take(_ choices: UInt8...) -> Bool {
      guard at < bytes.count, choices.contains(bytes[at]) else { return false }
      at += 1
      return true
    }
    _ = take(UInt8(ascii: "+"), UInt8(ascii: "-"))
    if digits() > 0 {
      if take(UInt8(ascii: ".")) { _ = digits() }
    } else {
      guard take(UInt8(ascii: ".")), digits() > 0 else { return false }
    }
    if take(UInt8(ascii: "e"), UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+"), UInt8(ascii: "-"))
      guard digits() > 0 else { return false }
    }
    return at == bytes.count
  }
}
