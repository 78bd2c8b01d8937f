/// Durations as Go writes them: `1m30s`, `500ms`, `1.5h`.
enum Interval {
  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
  ]

  /// `nil`: not a duration, or one that is longer than 292 years.
  static func nanoseconds(_ text: String) -> Int64? {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest = rest.dropFirst() }
    if rest == "0" { return 0 }
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      rest = rest[digits.endIndex...]
      let unit = rest.prefix { $0 != "." && !($0.isASCII && $0.isNumber) }
      rest = rest[unit.endIndex...]
      guard
        let number = Double(
          digits.hasPrefix(".") ? "0\(digits)" : "\(digits)0".contains(".") ? "\(digits)0" : "\(digits)"),
        let scale = units.first(where: { $0.name == unit })
      else { return nil }
      total += number * scale.nanoseconds
    }
    return Int64(exactly: (isNegative ? -total : total).rounded())
  }
}
