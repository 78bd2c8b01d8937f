/// Moments as query fields name them: `1700000000`, `1700000000.5`, RFC 3339, or `10m` ago.
public enum APITime {
  /// Nanoseconds since 1970 of a number of seconds; `nil` for anything else.
  public static func nanoseconds(unix text: String) -> Int64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let seconds = Int64(parts[0]), abs(seconds) < 9_000_000_000 else { return nil }
    guard parts.count == 2 else { return seconds * 1_000_000_000 }
    let digits = parts[1].prefix(9)
    guard !digits.isEmpty, let fraction = Int64(digits), fraction >= 0 else { return nil }
    let scale = (digits.count..<9).reduce(Int64(1)) { scale, _ in scale * 10 }
    return seconds * 1_000_000_000 + fraction * scale
  }

  /// Go's durations, `1h10m`: nanoseconds.
  public static func duration(_ text: String) -> Int64? {
    let units: [(String, Double)] = [
      ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("h", 3.6e12), ("m", 6e10), ("s", 1e9),
    ]
    var total = 0.0
    var rest = text[...]
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count)
      guard let number = Double(digits), let (unit, factor) = units.first(where: { rest.hasPrefix($0.0) }) else {
        return nil
      }
      rest = rest.dropFirst(unit.count)
      total += number * factor
    }
    return total < 9e18 ? Int64(total) : nil
  }
}
