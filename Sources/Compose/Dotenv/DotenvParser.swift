/// The syntax of `.env` files: `KEY=value`, `KEY: value`, `export KEY=value`, `KEY` alone to pass a variable through,
/// `#` comments, single quotes (literal), double quotes (escapes, several lines, variables).
struct DotenvParser {
  struct Problem: Error, Equatable {
    var line: Int
    var message: String
    var hint: String?
  }

  /// The variables that are already known outside of the file; they win over those of the file in references, and are
  /// what a `KEY` without a value takes.
  let lookup: (String) -> String?
  /// Told of variables that are used and not set, and of the line.
  var unset: (String, Int) -> Void = { _, _ in }

  private var line = 1
  private var rest: Substring.UTF8View = ""[...].utf8

  init(lookup: @escaping (String) -> String?) { self.lookup = lookup }

  /// Adds the file's variables to `variables`, in the order of the file; later ones win.
  mutating func parse(_ text: String, into variables: inout [String: String]) throws(Problem) {
    line = 1
    rest = text[...].utf8
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while skipToStatement() {
      let (key, hasValue) = try parseKey()
      guard hasValue else {
        if let value = lookup(key) { variables[key] = value }
        continue
      }
      variables[key] = try parseValue(&variables)
    }
  }

  // MARK: Keys

  /// Past blank lines and comments. False at the end of the file.
  private mutating func skipToStatement() -> Bool {
    while let byte = rest.first {
      if byte == newline {
        line += 1
        rest = rest.dropFirst()
      } else if isSpace(byte) {
        rest = rest.dropFirst()
      } else if rest.starts(with: noBreakSpace) {
        rest = rest.dropFirst(noBreakSpace.count)
      } else if byte == UInt8(ascii: "#") {
        rest = rest.drop { $0 != newline }
      } else {
        return true
      }
    }
    return false
  }

  private mutating func parseKey() throws(Problem) -> (key: String, hasValue: Bool) {
    let export = "export".utf8
    if rest.starts(with: export), let after = rest.dropFirst(export.count).first, isSpace(after) || after == newline {
      rest = rest.dropFirst(export.count).drop { isSpace($0) }
    }
    let start = rest
    guard let end = rest.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") || $0 == newline })
    else {
      let key = trimmedEnd(start)
      try check(key, line: String(decoding: start, as: UTF8.self))
      rest = rest.dropFirst(rest.count)
      return (key, false)
    }
    let key = trimmedEnd(start[..<end])
    let wholeLine = String(decoding: start.prefix { $0 != newline }, as: UTF8.self)
    try check(key, line: wholeLine)
    let hasValue = start[end] != newline
    if !hasValue { line += 1 }
    rest = start[start.index(after: end)...].drop { isSpace($0) }
    return (key, hasValue)
  }

  private func check(_ key: String, line text: String) throws(Problem) {
    for scalar in key.unicodeScalars {
      switch scalar {
      case "_", ".", "-", "[", "]": continue
      case " ", "\t":
        throw Problem(
          line: line, message: "the name `\(key)` contains a space",
          hint: "write `NAME=value` without spaces in the name")
      default:
        if scalar.properties.isAlphabetic || scalar.properties.numericType != nil { continue }
        throw Problem(line: line, message: "the character `\(scalar)` cannot be part of a name, in `\(text.excerpt)`")
      }
    }
  }

  // MARK: Values

  private mutating func parseValue(_ variables: inout [String: String]) throws(Problem) -> String {
    switch rest.first {
    case UInt8(ascii: "'"): return try quoted(by: UInt8(ascii: "'"))
    case UInt8(ascii: "\""):
      let startLine = line
      return try expand(Self.expandEscapes(try quoted(by: UInt8(ascii: "\""))), variables, line: startLine)
    default: return try plain(variables)
    }
  }

  private mutating func plain(_ variables: [String: String]) throws(Problem) -> String {
    let text = rest.prefix { $0 != newline }
    rest = rest.dropFirst(text.count + 1)
    var value = text
    var at = text.startIndex
    while at < text.endIndex, let hash = text[at...].firstIndex(of: UInt8(ascii: "#")) {
      if hash > text.startIndex, text[text.index(before: hash)] == UInt8(ascii: " ") {
        value = text[..<text.index(before: hash)]
        break
      }
      at = text.index(after: hash)
    }
    let startLine = line
    line += 1
    return try expand(trimmedEnd(value), variables, line: startLine)
  }

  /// The text between quotes; a backslash keeps the quote sign that follows it.
  private mutating func quoted(by quote: UInt8) throws(Problem) -> String {
    let startLine = line
    let firstLine = String(decoding: rest.prefix { $0 != newline }, as: UTF8.self)
    var bytes: [UInt8] = []
    var isEscaped = false
    var at = rest.index(after: rest.startIndex)
    while at < rest.endIndex {
      let byte = rest[at]
      at = rest.index(after: at)
      if byte == newline { line += 1 }
      if byte == quote {
        if !isEscaped {
          rest = rest[at...]
          return String(decoding: bytes, as: UTF8.self)
        }
        isEscaped = false
        bytes.append(byte)
        continue
      }
      if !isEscaped, byte == UInt8(ascii: "\\") {
        isEscaped = true
        continue
      }
      if isEscaped {
        isEscaped = false
        bytes.append(UInt8(ascii: "\\"))
      }
      bytes.append(byte)
    }
    throw Problem(
      line: startLine, message: "the quoted value \(firstLine.excerpt) is not closed",
      hint: "close it with \(quote == UInt8(ascii: "'") ? "'" : "\"")")
  }

  private func expand(_ value: String, _ variables: [String: String], line: Int) throws(Problem) -> String {
    let template = Template(lookup: { lookup($0) ?? variables[$0] }, unset: { unset($0, line) })
    do throws(Template.Problem) {
      return try template.substitute(value)
    } catch {
      switch error {
      case .invalid(let template):
        throw Problem(
          line: line, message: "`\(template.excerpt)` holds a `${` that is no variable reference",
          hint: "write `$$` for a literal dollar, or put the value in single quotes")
      case .required(let variable, let message):
        let reason = message.isEmpty ? "" : ": \(message)"
        throw Problem(line: line, message: "the required variable \(variable) is missing a value\(reason)")
      case .tooDeep: throw Problem(line: line, message: "variable references are nested too deep")
      }
    }
  }

  // MARK: Bytes

  private var newline: UInt8 { UInt8(ascii: "\n") }
  /// What editors put where a space was meant.
  private var noBreakSpace: [UInt8] { [0xC2, 0xA0] }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte >= 9 && byte <= 13 && byte != newline
  }

  private func trimmedEnd(_ bytes: Substring.UTF8View) -> String {
    var end = bytes.endIndex
    while end > bytes.startIndex {
      let before = bytes.index(before: end)
      if bytes[..<end].suffix(2).elementsEqual(noBreakSpace) {
        end = bytes.index(before: before)
        continue
      }
      guard isSpace(bytes[before]) || bytes[before] == newline else { break }
      end = before
    }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}
