/// How a notation writes a string between double quotes. They agree on the quote, the backslash and the ends of lines, and
/// differ in what else needs an escape and in how that looks.
public enum Quotation: Sendable {
  /// RFC 8259, section 7; characters other than ASCII stay as they are.
  case json
  /// As Go's encoder writes JSON: what a web page could take for markup is escaped, too.
  case jsonForMarkup
  /// Go's strconv.Quote, with which Docker's tools show commands.
  case go
  /// YAML 1.2, section 5.7.
  case yaml

  public func quote(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      default:
        if let escape = escape(scalar) { quoted += escape } else { quoted.unicodeScalars.append(scalar) }
      }
    }
    return quoted + "\""
  }

  /// `nil`: the character stands for itself.
  private func escape(_ scalar: Unicode.Scalar) -> String? {
    let value = scalar.value
    switch self {
    case .json: return value < 0x20 || value == 0x7F ? "\\u" + Self.hexadecimal(value, 4) : nil
    case .jsonForMarkup:
      return value < 0x20 || "<>&\u{2028}\u{2029}".unicodeScalars.contains(scalar)
        ? "\\u" + Self.hexadecimal(value, 4) : nil
    case .go: return goEscape(scalar)
    case .yaml:
      if value < 0x20 || (0x7F...0x9F).contains(value) { return "\\x" + Self.hexadecimal(value, 2) }
      // Some readers take these for the end of a line, or for the beginning of a file.
      return [0xFEFF, 0x2028, 0x2029].contains(value) ? "\\u" + Self.hexadecimal(value, 4) : nil
    }
  }

  private func goEscape(_ scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0x07: return "\\a"
    case 0x08: return "\\b"
    case 0x0B: return "\\v"
    case 0x0C: return "\\f"
    case 0x20: return nil
    case ..<0x20, 0x7F: return "\\x" + Self.hexadecimal(scalar.value, 2)
    case ..<0x7F: return nil
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      return scalar.value < 0x10000
        ? "\\u" + Self.hexadecimal(scalar.value, 4) : "\\U" + Self.hexadecimal(scalar.value, 8)
    default: return nil
    }
  }

  private static func hexadecimal(_ value: UInt32, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
