/// Durations: `1h30m`, `1.5s`, `500ms`; units are ns, us, ms, s, m, h, d and w.
enum DurationSyntax {
  /// Nanoseconds.
  static func parse(_ text: String) throws(SyntaxProblem) -> Int64 {
    var rest = text[...].utf8
    var isNegative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    if rest.elementsEqual("0".utf8) { return 0 }
    let problem = SyntaxProblem("`\(text)` is no duration", hint: "write `30s`, `1m30s` or `500ms`")
    guard !rest.isEmpty else { throw problem }
    var total: Int64 = 0
    while !rest.isEmpty {
      let number = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") || $0 == UInt8(ascii: ".") }
      rest = rest.dropFirst(number.count)
      let unitName = rest.prefix { !($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") || $0 == UInt8(ascii: ".")) }
      rest = rest.dropFirst(unitName.count)
      guard !number.isEmpty else { throw problem }
      guard !unitName.isEmpty else {
        throw SyntaxProblem("the duration `\(text)` has no unit", hint: "write `\(text)s` for seconds")
      }
      guard let unit = units[String(decoding: unitName, as: UTF8.self)] else { throw problem }
      guard let part = nanoseconds(String(decoding: number, as: UTF8.self), unit) else { throw problem }
      let (sum, overflows) = total.addingReportingOverflow(part)
      guard !overflows else { throw SyntaxProblem("the duration `\(text)` is too long") }
      total = sum
    }
    return isNegative ? -total : total
  }

  private static let units: [String: Int64] = [
    "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
    "h": 3_600_000_000_000, "d": 86_400_000_000_000, "w": 604_800_000_000_000,
  ]

  private static func nanoseconds(_ number: String, _ unit: Int64) -> Int64? {
    let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard number != ".", parts.count == 1 || !parts[1].contains(".") else { return nil }
    guard let whole = parts[0].isEmpty ? 0 : Int64(parts[0]) else { return nil }
    let (scaled, overflows) = whole.multipliedReportingOverflow(by: unit)
    guard !overflows else { return nil }
    guard parts.count == 2, !parts[1].isEmpty, let fraction = Double("0." + parts[1]) else { return scaled }
    let (sum, overflowsToo) = scaled.addingReportingOverflow(Int64(fraction * Double(unit)))
    return overflowsToo ? nil : sum
  }

  /// `1h0m0s`, `1m30s`, `1.5s`, `500ms`, `0s`.
  static func text(_ nanoseconds: Int64) -> String {
    if nanoseconds == 0 { return "0s" }
    let sign = nanoseconds < 0 ? "-" : ""
    let magnitude = nanoseconds.magnitude
    switch magnitude {
    case ..<1_000: return sign + "\(magnitude)ns"
    case ..<1_000_000: return sign + decimal(magnitude, 1_000) + "µs"
    case ..<1_000_000_000: return sign + decimal(magnitude, 1_000_000) + "ms"
    default: break
    }
    let minutes = magnitude / 60_000_000_000
    let seconds = decimal(magnitude % 60_000_000_000, 1_000_000_000) + "s"
    if minutes == 0 { return sign + seconds }
    if minutes < 60 { return sign + "\(minutes)m" + seconds }
    return sign + "\(minutes / 60)h\(minutes % 60)m" + seconds
  }

  private static func decimal(_ value: UInt64, _ unit: UInt64) -> String {
    guard value % unit != 0 else { return String(value / unit) }
    var fraction = String(value % unit + unit).dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    return "\(value / unit).\(fraction)"
  }
}
