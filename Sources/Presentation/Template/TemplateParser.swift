import Diagnostics

/// Template text → nodes.
struct TemplateParser {
  private var pieces: ArraySlice<Piece>
  private var failure: Failure?
  private var rangeDepth = 0
  private(set) var definitions: [String: [Template.Node]] = [:]

  private enum Piece {
    case text(Substring)
    case action([TemplateToken])
  }

  init(source: String) {
    pieces = []
    do throws(Failure) { pieces = try Self.cut(source)[...] } catch { failure = error }
  }

  mutating func parse() throws(Failure) -> [Template.Node] {
    if let failure { throw failure }
    let (nodes, end) = try body()
    if let end { throw Failure(.invalidInput, "template: unexpected {{\(end)}}") }
    return nodes
  }

  /// `{{- ` and ` -}}` eat the white space beside them; `{{/* … */}}` is nothing.
  private static func cut(_ source: String) throws(Failure) -> [Piece] {
    var pieces: [Piece] = []
    var rest = source[...]
    var trimsNext = false
    while true {
      let open = rest.firstRange(of: "{{")
      var text = rest[..<(open?.lowerBound ?? rest.endIndex)]
      if trimsNext { text = text.drop { $0.isWhitespace } }
      guard let open else {
        pieces.append(.text(text))
        return pieces
      }
      rest = rest[open.upperBound...]
      if rest.hasPrefix("- ") {
        while text.last?.isWhitespace == true { text.removeLast() }
        rest.removeFirst()
      }
      pieces.append(.text(text))
      guard let close = rest.firstRange(of: "}}") else {
        throw Failure(.invalidInput, "template: {{ without }}")
      }
      var action = rest[..<close.lowerBound]
      rest = rest[close.upperBound...]
      trimsNext = action.hasSuffix(" -")
      if trimsNext { action.removeLast() }
      if action.drop(while: { $0.isWhitespace }).hasPrefix("/*") { continue }
      pieces.append(.action(try TemplateLexer.tokens(of: action)))
    }
  }

  /// Nodes up to `{{end}}`, `{{else …}}` or the end of the text.
  private mutating func body() throws(Failure) -> ([Template.Node], end: String?) {
    var nodes: [Template.Node] = []
    while let piece = pieces.first {
      guard case .action(let tokens) = piece else {
        if case .text(let text) = piece, !text.isEmpty { nodes.append(.text(String(text))) }
        pieces.removeFirst()
        continue
      }
      guard let head = tokens.first else { throw Failure(.invalidInput, "template: empty action") }
      if case .word(let word) = head, word == "end" || word == "else" { return (nodes, word) }
      pieces.removeFirst()
      switch head {
      case .word("if"): nodes.append(try condition(tokens.dropFirst()))
      case .word("range"): nodes.append(try range(tokens.dropFirst()))
      case .word("with"): nodes.append(try with(tokens.dropFirst()))
      case .word("define"):
        guard tokens.count == 2 else { throw Failure(.invalidInput, "template: {{define}} takes a name alone") }
        try define(tokens)
      case .word("block"):
        try define(tokens)
        nodes.append(try use(tokens))
      case .word("template"): nodes.append(try use(tokens))
      case .word("break"), .word("continue"):
        guard rangeDepth > 0, tokens.count == 1 else {
          throw Failure(.invalidInput, "template: {{break}} and {{continue}} belong into {{range}}")
        }
        nodes.append(.leave(goesOn: head == .word("continue")))
      case .variable(let name, []) where tokens.count > 1 && tokens[1] == .assign:
        nodes.append(.assign(name: name, try ExpressionParser.parse(tokens.dropFirst(2))))
      default: nodes.append(.output(try ExpressionParser.parse(tokens[...])))
      }
    }
    return (nodes, nil)
  }

  private mutating func condition(_ tokens: ArraySlice<TemplateToken>) throws(Failure) -> Template.Node {
    var branches: [(condition: Template.Expression?, body: [Template.Node])] = []
    var test: Template.Expression? = try ExpressionParser.parse(tokens)
    while true {
      let (inner, end) = try body()
      branches.append((test, inner))
      guard let end, case .action(let closing)? = pieces.popFirst() else { throw Self.unclosed("if") }
      if end == "end" { return .condition(branches) }
      test =
        closing.count > 1 && closing[1] == .word("if") ? try ExpressionParser.parse(closing.dropFirst(2)) : nil
    }
  }

  /// `{{else with …}}` is another one in the place of `{{else}}`, and shares its `{{end}}`.
  private mutating func with(_ tokens: ArraySlice<TemplateToken>) throws(Failure) -> Template.Node {
    let value = try ExpressionParser.parse(tokens)
    let (inner, end) = try body()
    guard let end, case .action(let closing)? = pieces.popFirst() else { throw Self.unclosed("with") }
    if end == "end" { return .with(value, body: inner, otherwise: []) }
    if closing.count > 1, closing[1] == .word("with") {
      return .with(value, body: inner, otherwise: [try with(closing.dropFirst(2))])
    }
    let (otherwise, last) = try body()
    guard last == "end", pieces.popFirst() != nil else { throw Self.unclosed("else") }
    return .with(value, body: inner, otherwise: otherwise)
  }

  private mutating func range(_ tokens: ArraySlice<TemplateToken>) throws(Failure) -> Template.Node {
    var names: [String] = []
    var over = tokens
    if let assign = tokens.firstIndex(of: .assign) {
      for case .variable(let name, _) in tokens[..<assign] { names.append(name) }
      over = tokens[(assign + 1)...]
    }
    let value = try ExpressionParser.parse(over)
    rangeDepth += 1
    defer { rangeDepth -= 1 }
    let (inner, otherwise) = try block()
    return .range(
      key: names.count == 2 ? names[0] : nil, element: names.last, over: value, body: inner, otherwise: otherwise)
  }

  private mutating func block() throws(Failure) -> ([Template.Node], otherwise: [Template.Node]) {
    let (inner, end) = try body()
    guard let end, pieces.popFirst() != nil else { throw Self.unclosed("range or with") }
    if end == "end" { return (inner, []) }
    let (otherwise, last) = try body()
    guard last == "end", pieces.popFirst() != nil else { throw Self.unclosed("else") }
    return (inner, otherwise)
  }

  private mutating func define(_ tokens: [TemplateToken]) throws(Failure) {
    let name = try Self.name(tokens)
    let depth = rangeDepth
    rangeDepth = 0
    defer { rangeDepth = depth }
    let (inner, end) = try body()
    guard end == "end", pieces.popFirst() != nil else { throw Self.unclosed("define") }
    definitions[name] = inner
  }

  private func use(_ tokens: [TemplateToken]) throws(Failure) -> Template.Node {
    .template(try Self.name(tokens), tokens.count > 2 ? try ExpressionParser.parse(tokens.dropFirst(2)) : nil)
  }

  private static func name(_ tokens: [TemplateToken]) throws(Failure) -> String {
    guard tokens.count > 1, case .literal(.string(let name)) = tokens[1] else {
      throw Failure(.invalidInput, "template: a name in quotes is missing")
    }
    return name
  }

  private static func unclosed(_ word: String) -> Failure {
    Failure(.invalidInput, "template: {{\(word)}} without {{end}}")
  }
}
