import YAML

/// Numbers and durations in the text forms that compose files and `docker compose config` use, which are those of Go.
enum GoFormat {
  /// A finite decimal number.
  static func parseFloat(_ text: String) -> Double? {
    let isDecimal = text.utf8.allSatisfy { byte in
      byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || "+-.eE".utf8.contains(byte)
    }
    return isDecimal ? Double(text).flatMap { $0.isFinite ? $0 : nil } : nil
  }

  /// Shortest form as `%v` prints it: with an exponent from 1e+06 on and below 1e-04.
  static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    let (negative, digits, exponent) = decimal(value)
    guard exponent < -4 || exponent >= 6 else { return fixed(negative, digits, exponent) }
    return scientific(negative, digits, exponent)
  }

  /// A scalar as `%v` prints it.
  static func text(_ node: Node) -> String {
    switch node.value {
    case .null: "<nil>"
    case .bool(let bool): bool ? "true" : "false"
    case .int(let int): String(int)
    case .float(let double): text(double)
    case .string(let string): string
    case .sequence(let items): "[" + items.map(text).joined(separator: " ") + "]"
    case .mapping(let mapping):
      "map[" + mapping.entries.sorted { $0.key < $1.key }.map { "\($0.key):\(text($0.value))" }.joined(separator: " ")
        + "]"
    }
  }

  /// A number as JSON has it: no exponent between 1e-6 and 1e21.
  static func json(_ value: Double) -> String {
    let (negative, digits, exponent) = decimal(value)
    if exponent < -6 || exponent >= 21 { return scientific(negative, digits, exponent) }
    return fixed(negative, digits, exponent)
  }

  /// The value as a 32-bit float holds it, in its shortest decimal form.
  static func rounded32(_ value: Double) -> Double { Double(Float(value).description) ?? value }

  private static func decimal(_ value: Double) -> (negative: Bool, digits: [UInt8], exponent: Int) {
    if value == 0 { return (value.sign == .minus, [UInt8(ascii: "0")], 0) }
    let text = value.magnitude.description
    let parts = text.split(separator: "e")
    var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var digits = Array(mantissa[0].utf8) + (mantissa.count > 1 ? Array(mantissa[1].utf8) : [])
    exponent += mantissa[0].utf8.count - 1
    while digits.count > 1, digits[0] == UInt8(ascii: "0") {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return (value < 0, digits, exponent)
  }

  private static func fixed(_ negative: Bool, _ digits: [UInt8], _ exponent: Int) -> String {
    let sign = negative ? "-" : ""
    let all = String(decoding: digits, as: UTF8.self)
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + all }
    if digits.count <= exponent + 1 { return sign + all + String(repeating: "0", count: exponent + 1 - digits.count) }
    return sign + all.prefix(exponent + 1) + "." + all.dropFirst(exponent + 1)
  }

  private static func scientific(_ negative: Bool, _ digits: [UInt8], _ exponent: Int) -> String {
    let all = String(decoding: digits, as: UTF8.self)
    let fraction = digits.count > 1 ? "." + all.dropFirst() : ""
    let magnitude = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
    return (negative ? "-" : "") + all.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+") + magnitude
  }
}
