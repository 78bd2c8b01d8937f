import YAML

/// A tree as JSON text.
struct JSONText {
  /// `$` is written `$$`, so that the text can be loaded again.
  var escapesDollars: Bool
  /// Two spaces per level; without it everything is on one line.
  var isIndented = true
  /// `<`, `>` and `&` are written as escapes, as encoders for the web do.
  var escapesMarkup = false
  var sortsKeys = false

  func text(_ node: Node) -> String {
    var out: [UInt8] = []
    write(node, indent: 0, &out)
    return String(decoding: out, as: UTF8.self)
  }

  private func write(_ node: Node, indent: Int, _ out: inout [UInt8]) {
    switch node.value {
    case .null: out += "null".utf8
    case .bool(let bool): out += (bool ? "true" : "false").utf8
    case .int(let int): out += String(int).utf8
    // JSON has no word for these.
    case .float(let double): out += (double.isFinite ? GoFormat.json(double) : "null").utf8
    case .string(let string): write(string, &out)
    case .sequence(let items):
      out.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        separate(isFirst: index == 0, indent: indent + 1, &out)
        write(item, indent: indent + 1, &out)
      }
      close(UInt8(ascii: "]"), isEmpty: items.isEmpty, indent: indent, &out)
    case .mapping(let mapping):
      out.append(UInt8(ascii: "{"))
      let entries = sortsKeys ? mapping.entries.sorted { $0.key < $1.key } : mapping.entries
      for (index, entry) in entries.enumerated() {
        separate(isFirst: index == 0, indent: indent + 1, &out)
        write(entry.key, &out)
        out.append(UInt8(ascii: ":"))
        if isIndented { out.append(UInt8(ascii: " ")) }
        write(entry.value, indent: indent + 1, &out)
      }
      close(UInt8(ascii: "}"), isEmpty: mapping.isEmpty, indent: indent, &out)
    }
  }

  private func separate(isFirst: Bool, indent: Int, _ out: inout [UInt8]) {
    if !isFirst { out.append(UInt8(ascii: ",")) }
    if isIndented { newline(indent, &out) }
  }

  private func close(_ bracket: UInt8, isEmpty: Bool, indent: Int, _ out: inout [UInt8]) {
    if isIndented, !isEmpty { newline(indent, &out) }
    out.append(bracket)
  }

  private func newline(_ indent: Int, _ out: inout [UInt8]) {
    out.append(UInt8(ascii: "\n"))
    for _ in 0..<indent * 2 { out.append(UInt8(ascii: " ")) }
  }

  private func write(_ string: String, _ out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    if string.utf8.allSatisfy({ $0 < 0x80 }) {
      for byte in string.utf8 { write(ascii: byte, &out) }
    } else {
      for scalar in string.unicodeScalars {
        switch scalar.value {
        case ..<0x80: write(ascii: UInt8(scalar.value), &out)
        // What some readers take for the end of a line.
        case 0x85: out += "\\u0085".utf8
        case 0x2028, 0x2029: out += "\\u\(String(scalar.value, radix: 16))".utf8
        default: out += UTF8.encode(scalar)!
        }
      }
    }
    out.append(UInt8(ascii: "\""))
  }

  private func write(ascii byte: UInt8, _ out: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
    case UInt8(ascii: "\n"): out += "\\n".utf8
    case UInt8(ascii: "\r"): out += "\\r".utf8
    case UInt8(ascii: "\t"): out += "\\t".utf8
    case 0..<32, 127: out += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
      if escapesMarkup { out += "\\u00\(String(byte, radix: 16))".utf8 } else { out.append(byte) }
    case UInt8(ascii: "$"):
      out.append(byte)
      if escapesDollars { out.append(byte) }
    default: out.append(byte)
    }
  }
}
