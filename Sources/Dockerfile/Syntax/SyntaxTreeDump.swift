/// The tree in the form in which BuildKit's parser dumps its own, so that the two can be compared.
extension SyntaxTree {
  public var dump: String { instructions.map { "(\($0.dump))\n" }.joined().trimmedLine }
}

extension Instruction {
  fileprivate var dump: String {
    var text = keyword
    if !flags.isEmpty { text += " [" + flags.map(quoted).joined(separator: " ") + "]" }
    for argument in arguments { text += " " + quoted(argument) }
    for instruction in triggered { text += " (\(instruction.dump))" }
    return text.trimmedLine
  }
}

/// A string as Go's strconv.Quote writes it.
private func quoted(_ text: String) -> String {
  var out = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": out += "\\\""
    case "\\": out += "\\\\"
    case "\u{07}": out += "\\a"
    case "\u{08}": out += "\\b"
    case "\u{0C}": out += "\\f"
    case "\n": out += "\\n"
    case "\r": out += "\\r"
    case "\t": out += "\\t"
    case "\u{0B}": out += "\\v"
    case " ": out += " "
    default:
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
        .spaceSeparator:
        out += escaped(scalar)
      default: out.unicodeScalars.append(scalar)
      }
    }
  }
  return out + "\""
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
  func hexadecimal(_ width: Int) -> String {
    let digits = String(scalar.value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
  if scalar.value < 0x80 { return "\\x" + hexadecimal(2) }
  return scalar.value < 0x10000 ? "\\u" + hexadecimal(4) : "\\U" + hexadecimal(8)
}

extension String {
  fileprivate var trimmedLine: String {
    var text = Substring(self)
    while text.last?.isWhitespace == true { text.removeLast() }
    while text.first?.isWhitespace == true { text.removeFirst() }
    return String(text)
  }
}
