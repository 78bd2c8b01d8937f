import Diagnostics

extension JSONValue {
  /// On one line, with `<`, `>` and `&` escaped as Go's encoder escapes them.
  public var compact: String {
    var text = ""
    write(to: &text, indent: nil, depth: 0)
    return text
  }

  /// On many lines, as `docker inspect` prints it with four blanks.
  public func indented(by blanks: Int = 4) -> String { indented(with: String(repeating: " ", count: blanks)) }

  /// On many lines, with this at their beginning for each level.
  public func indented(with indent: String) -> String {
    var text = ""
    write(to: &text, indent: indent, depth: 0)
    return text
  }

  private func write(to text: inout String, indent: String?, depth: Int) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value): text += value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    case .string(let value): Self.quote(value, to: &text)
    case .array(let values):
      Self.list("[", "]", values, to: &text, indent: indent, depth: depth) { value, text in
        value.write(to: &text, indent: indent, depth: depth + 1)
      }
    case .object(let members):
      Self.list("{", "}", members, to: &text, indent: indent, depth: depth) { member, text in
        Self.quote(member.key, to: &text)
        text += indent == nil ? ":" : ": "
        member.value.write(to: &text, indent: indent, depth: depth + 1)
      }
    }
  }

  private static func list<Item>(
    _ open: String, _ close: String, _ items: [Item], to text: inout String, indent: String?, depth: Int,
    _ write: (Item, inout String) -> Void
  ) {
    text += open
    for (index, item) in items.enumerated() {
      if index > 0 { text += "," }
      if let indent { text += "\n" + String(repeating: indent, count: depth + 1) }
      write(item, &text)
    }
    if let indent, !items.isEmpty { text += "\n" + String(repeating: indent, count: depth) }
    text += close
  }

  /// Most texts have nothing to be escaped, which is seen at the speed of memory.
  private static func quote(_ value: String, to text: inout String) {
    let isPlain = value.utf8.allSatisfy { byte in
      byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C && byte != 0x3C && byte != 0x3E && byte != 0x26
    }
    guard isPlain else {
      text += Quotation.jsonForMarkup.quote(value)
      return
    }
    text += "\""
    text += value
    text += "\""
  }
}
