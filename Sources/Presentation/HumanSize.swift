/// Amounts of bytes in the words of the docker command.
public enum HumanSize {
  /// Significant digits and decimal units: `0B`, `2.03MB`, `152kB`, `1.5GB`.
  /// - Parameter digits: three, as in lists; docker's sums have four.
  public static func decimal(_ bytes: Int64, digits: Int = 3) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var unit = 0
    var value = Double(bytes)
    // What would round to 1000 of a unit is 1 of the next.
    let limit = digits == 3 ? 999.5 : 999.95
    while abs(value) >= limit, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return significant(value, digits) + units[unit]
  }

  /// Four significant digits and binary units: `0B`, `500KiB`, `23.54GiB`.
  public static func binary(_ bytes: Int64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var unit = 0
    var value = Double(bytes)
    while abs(value) >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return significant(value, 4) + units[unit]
  }

  private static func significant(_ value: Double, _ digits: Int) -> String {
    let whole = abs(value) < 10 ? 1 : abs(value) < 100 ? 2 : 3
    let decimals = max(0, digits - max(whole, abs(value) >= 1000 ? 4 : 0))
    let scale = [1.0, 10, 100, 1000][decimals]
    let scaled = Int((value * scale).rounded())
    var text = "\(scaled / Int(scale))"
    var fraction = "\(abs(scaled % Int(scale)))"
    fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    if decimals > 0 && !fraction.isEmpty { text += "." + fraction }
    return text
  }
}
