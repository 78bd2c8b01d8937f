import Diagnostics
import YAML

/// A tree as YAML text, two spaces per level, that loads to the same values again.
struct YAMLText {
  /// `$` is written `$$`, so that the text can be loaded again.
  var escapesDollars: Bool

  func text(_ node: Node) -> String {
    var out = ""
    switch node.value {
    case .mapping(let mapping) where !mapping.isEmpty: write(mapping, indent: 0, &out)
    case .sequence(let items) where !items.isEmpty: write(items, indent: 0, &out)
    default: out = scalar(node, indent: 2) + "\n"
    }
    return out
  }

  private func write(_ mapping: Mapping, indent: Int, startsInLine: Bool = false, _ out: inout String) {
    for (index, entry) in mapping.entries.enumerated() {
      if index > 0 || !startsInLine { out += spaces(indent) }
      out += quoted(entry.key, indent: indent, isKey: true) + ":"
      writeValue(entry.value, indent: indent, &out)
    }
  }

  private func writeValue(_ node: Node, indent: Int, _ out: inout String) {
    switch node.value {
    case .mapping(let mapping) where !mapping.isEmpty:
      out += "\n"
      write(mapping, indent: indent + 2, &out)
    case .sequence(let items) where !items.isEmpty:
      out += "\n"
      write(items, indent: indent + 2, &out)
    default: out += " " + scalar(node, indent: indent + 2) + "\n"
    }
  }

  private func write(_ items: [Node], indent: Int, startsInLine: Bool = false, _ out: inout String) {
    for (index, item) in items.enumerated() {
      if index > 0 || !startsInLine { out += spaces(indent) }
      out += "- "
      switch item.value {
      case .mapping(let mapping) where !mapping.isEmpty: write(mapping, indent: indent + 2, startsInLine: true, &out)
      case .sequence(let items) where !items.isEmpty: write(items, indent: indent + 2, startsInLine: true, &out)
      default: out += scalar(item, indent: indent + 2) + "\n"
      }
    }
  }

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  private func scalar(_ node: Node, indent: Int) -> String {
    switch node.value {
    case .null: return "null"
    case .bool(let bool): return bool ? "true" : "false"
    case .int(let int): return String(int)
    case .float(let double):
      if double.isNaN { return ".nan" }
      return double.isInfinite ? (double < 0 ? "-.inf" : ".inf") : GoFormat.text(double)
    case .string(let string): return quoted(string, indent: indent, isKey: false)
    case .sequence: return "[]"
    case .mapping: return "{}"
    }
  }

  // MARK: Strings

  private func quoted(_ text: String, indent: Int, isKey: Bool) -> String {
    let text = escapesDollars && text.utf8.contains(UInt8(ascii: "$")) ? text.doubling("$") : text
    if PlainScalar.isSafe(text) { return text }
    if !isKey, let block = block(text, indent: indent) { return block }
    if text.unicodeScalars.allSatisfy(Self.isPrintable), !PlainScalar.isAmbiguous(text) {
      return "'" + text.doubling("'") + "'"
    }
    return Quotation.yaml.quote(text)
  }

  /// A literal block for text of several lines, where one can hold it.
  private func block(_ text: String, indent: Int) -> String? {
    guard text.utf8.contains(UInt8(ascii: "\n")), let first = text.unicodeScalars.first, first != " ", first != "\n"
    else { return nil }
    let isPrintable = text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || Self.isPrintable($0) }
    guard isPrintable, first != "\t" else { return nil }
    let body = text.hasSuffix("\n") ? String(text.dropLast()) : text
    let header = text.hasSuffix("\n") ? (body.hasSuffix("\n") ? "|+" : "|") : "|-"
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
    // A block cannot end in a line of spaces alone.
    guard lines.last.map({ !$0.isEmpty && !$0.allSatisfy { $0 == " " } || header == "|+" }) ?? true else { return nil }
    return header + lines.map { "\n" + ($0.isEmpty ? "" : spaces(indent) + $0) }.joined()
  }

  /// What needs no escape: no control character, and nothing that some readers take for the end of a line.
  private static func isPrintable(_ scalar: UnicodeScalar) -> Bool {
    scalar.value >= 32 && !(0x7F...0x9F).contains(scalar.value) && scalar != "\u{2028}" && scalar != "\u{2029}"
      && scalar != "\u{FEFF}"
  }
}
