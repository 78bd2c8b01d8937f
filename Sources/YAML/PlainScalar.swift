/// What may be written without quotes.
public enum PlainScalar {
  /// Whether some reader of YAML 1.1 or 1.2 would take the text for a number, a boolean, a date or null.
  public static func isAmbiguous(_ text: String) -> Bool {
    guard case .string = ScalarResolution.value(of: text) else { return true }
    return oldBooleans.contains(text.lowercased()) || looksLikeNumber(text)
  }

  /// Whether the text, written without quotes as a value or key of a block, is read as the same string by every reader
  /// of YAML 1.1 or 1.2.
  public static func isSafe(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, !isAmbiguous(text) else { return false }
    guard first != UInt8(ascii: " "), last != UInt8(ascii: " "), last != UInt8(ascii: ":") else { return false }
    if "-?:,[]{}#&*!|>'\"%@`=<~".utf8.contains(first) {
      // A dash that is followed by a word begins no list item.
      guard first == UInt8(ascii: "-"), let second = text.utf8.dropFirst().first, second != UInt8(ascii: " "),
        second != UInt8(ascii: "-")
      else { return false }
    }
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if byte < 32 || byte == 127 { return false }
      if previous == UInt8(ascii: ":"), byte == UInt8(ascii: " ") { return false }
      if previous == UInt8(ascii: " "), byte == UInt8(ascii: "#") { return false }
      previous = byte
    }
    return !text.unicodeScalars.contains {
      (0x80...0x9F).contains($0.value) || $0 == "\u{FEFF}" || $0 == "\u{2028}" || $0 == "\u{2029}"
    }
  }

  /// What YAML 1.1 took for booleans.
  private static let oldBooleans: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

  /// Dates, base 60 numbers and others that older readers do not take for strings.
  private static func looksLikeNumber(_ text: String) -> Bool {
    guard let first = text.utf8.first,
      first >= UInt8(ascii: "0") && first <= UInt8(ascii: "9") || first == UInt8(ascii: "+")
        || first == UInt8(ascii: ".")
    else { return false }
    return text.utf8.allSatisfy { byte in
      byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || "+-.:_eE".utf8.contains(byte)
    }
  }
}
