/// Sizes and durations as people write them.
public enum Quantity {
  /// Bytes of `64m`, `1.5g`, `512kb`, `10GiB`, `1048576`; binary units, as Docker reads them (docker/go-units RAMInBytes).
  public static func bytes(_ text: String) -> Int64? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
    guard let number = Double(digits) else { return nil }
    var unit = text[digits.endIndex...].drop { $0 == " " }.lowercased()
    if unit.hasSuffix("ib") { unit.removeLast(2) } else if unit.hasSuffix("b") { unit.removeLast() }
    let shifts = ["": 0, "k": 10, "m": 20, "g": 30, "t": 40, "p": 50]
    guard let shift = shifts[unit] else { return nil }
    let value = number * Double(Int64(1) << shift)
    return value.magnitude < 9.2e18 ? Int64(value) : nil
  }

  /// Nanoseconds of `1h5m30s20ms`, `500us`, `2d`, `1w`; a bare number counts seconds only where it is zero
  /// (compose specification, 11-extension.md "durations"; Go's time.ParseDuration).
  public static func nanoseconds(_ text: String) -> Int64? {
    if text == "0" { return 0 }
    let units: [String: Double] = [
      "ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9, "d": 86400e9,
      "w": 604800e9,
    ]
    var rest = Substring(text)
    let sign: Double = rest.hasPrefix("-") ? -1 : 1
    if rest.hasPrefix("-") || rest.hasPrefix("+") { rest.removeFirst() }
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let number = Double(digits) else { return nil }
      rest = rest[digits.endIndex...]
      let name = rest.prefix { $0.isLetter }
      guard let unit = units[String(name)] else { return nil }
      rest = rest[name.endIndex...]
      total += number * unit
    }
    return total < 9.2e18 ? Int64(sign * total) : nil
  }
}
