/// Truth as Go's strconv.ParseBool reads it, which is what scripts write behind `--flag=`.
public enum Boolean {
  public static func parse(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": true
    case "0", "f", "F", "false", "FALSE", "False": false
    default: nil
    }
  }
}

/// Whole numbers as Go's strconv.ParseInt reads them with base 0.
enum Integer {
  static func parse(_ text: String) -> Int? {
    var digits = text[...]
    var sign = ""
    if let first = digits.first, first == "-" || first == "+" {
      sign = first == "-" ? "-" : ""
      digits = digits.dropFirst()
    }
    let lowered = digits.lowercased()
    let (radix, prefix) =
      lowered.hasPrefix("0x")
      ? (16, 2)
      : lowered.hasPrefix("0o")
        ? (8, 2)
        : lowered.hasPrefix("0b") ? (2, 2) : lowered.count > 1 && lowered.hasPrefix("0") ? (8, 1) : (10, 0)
    digits = digits.dropFirst(prefix)
    guard let first = digits.first, first != "+", first != "-", !digits.hasSuffix("_"), !digits.contains("__") else {
      return nil
    }
    // A separator may only follow a prefix or stand between digits of a prefixed number or a decimal one.
    if first == "_" && prefix == 0 { return nil }
    return Int(sign + digits.filter { $0 != "_" }, radix: radix)
  }
}
