import Diagnostics

/// What stands between `{{` and `}}`, cut into words.
enum TemplateToken: Hashable {
  case word(String)
  /// `.`, `.Name`, `.State.Health`: the names.
  case field([String])
  /// `$`, `$name.Field`
  case variable(String, [String])
  case literal(JSONValue)
  case symbol(Character)
  case assign
}

struct TemplateLexer {
  private var rest: Substring

  static func tokens(of action: Substring) throws(Failure) -> [TemplateToken] {
    var lexer = TemplateLexer(rest: action)
    var tokens: [TemplateToken] = []
    while let token = try lexer.next() { tokens.append(token) }
    return tokens
  }

  private mutating func next() throws(Failure) -> TemplateToken? {
    rest = rest.drop { $0.isWhitespace }
    guard let first = rest.first else { return nil }
    switch first {
    case "(", ")", "|", ",":
      rest.removeFirst()
      // A chain behind a parenthesis: `(index .x 0).Name`.
      return .symbol(first)
    case ":":
      guard rest.hasPrefix(":=") else { break }
      rest.removeFirst(2)
      return .assign
    case "=":
      rest.removeFirst()
      return .assign
    case "\"": return .literal(.string(try quoted()))
    case "`":
      let body = rest.dropFirst().prefix { $0 != "`" }
      guard body.endIndex < rest.endIndex else { break }
      rest = rest[rest.index(after: body.endIndex)...]
      return .literal(.string(String(body)))
    case ".": return .field(chain())
    case "$":
      rest.removeFirst()
      let name = identifier()
      return .variable(name, chain())
    case "-", "0"..."9":
      let digits = rest.prefix { $0 == "-" || $0 == "." || $0.isNumber }
      rest = rest[digits.endIndex...]
      if let whole = Int64(digits) { return .literal(.integer(whole)) }
      if let number = Double(digits) { return .literal(.number(number)) }
    default:
      let name = identifier()
      guard !name.isEmpty else { break }
      return switch name {
      case "true": .literal(true)
      case "false": .literal(false)
      case "nil": .literal(.null)
      default: .word(name)
      }
    }
    throw Failure(.invalidInput, "template: unexpected \"\(rest.prefix(10))\"")
  }

  private mutating func identifier() -> String {
    let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    rest = rest[name.endIndex...]
    return String(name)
  }

  private mutating func chain() -> [String] {
    var names: [String] = []
    while rest.first == "." {
      rest.removeFirst()
      let name = identifier()
      if name.isEmpty { break }
      names.append(name)
    }
    return names
  }

  private mutating func quoted() throws(Failure) -> String {
    rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      if character == "\"" { return text }
      guard character == "\\" else {
        text.append(character)
        continue
      }
      switch rest.popFirst() {
      case "n": text += "\n"
      case "t": text += "\t"
      case let escaped?: text.append(escaped)
      case nil: break
      }
    }
    throw Failure(.invalidInput, "template: unterminated string")
  }
}
