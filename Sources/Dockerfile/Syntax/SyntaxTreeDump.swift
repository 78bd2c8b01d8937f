import Diagnostics

/// The tree in the form in which BuildKit's parser dumps its own, so that the two can be compared.
extension SyntaxTree {
  public var dump: String { instructions.map { "(\($0.dump))\n" }.joined().trimmedLine }
}

extension Instruction {
  fileprivate var dump: String {
    var text = keyword
    if !flags.isEmpty { text += " [" + flags.map(Quotation.go.quote).joined(separator: " ") + "]" }
    for argument in arguments { text += " " + Quotation.go.quote(argument) }
    for instruction in triggered { text += " (\(instruction.dump))" }
    return text.trimmedLine
  }
}

extension String {
  fileprivate var trimmedLine: String {
    var text = Substring(self)
    while text.last?.isWhitespace == true { text.removeLast() }
    while text.first?.isWhitespace == true { text.removeFirst() }
    return String(text)
  }
}
