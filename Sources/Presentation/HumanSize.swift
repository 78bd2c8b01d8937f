/// Amounts of bytes in the words of the docker command.
public enum HumanSize {
  /// Three significant digits and decimal units: `0B`, `2.03MB`, `152kB`, `1.5GB`.
  public static func decimal(_ bytes: Int64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var unit = 0
    var value = Double(bytes)
    // What would round to 1000 of a unit is 1 of the next.
    while abs(value) >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return significant(value) + units[unit]
  }

  private static func significant(_ value: Double) -> String {
    let decimals = abs(value) < 10 ? 2 : abs(value) < 100 ? 1 : 0
    let scale = [1.0, 10, 100][decimals]
    let scaled = Int((value * scale).rounded())
    var text = "\(scaled / Int(scale))"
    var fraction = "\(abs(scaled % Int(scale)))"
    fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    if decimals > 0 && !fraction.isEmpty { text += "." + fraction }
    return text
  }
}
