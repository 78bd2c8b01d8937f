import Diagnostics

/// `.Ports | json`, `index .Labels "a.b"`, `(index .Networks "x").IPAddress`
struct ExpressionParser {
  private var tokens: ArraySlice<TemplateToken>

  static func parse(_ tokens: ArraySlice<TemplateToken>) throws(Failure) -> Template.Expression {
    var parser = ExpressionParser(tokens: tokens)
    let expression = try parser.pipeline()
    guard parser.tokens.isEmpty else { throw Failure(.invalidInput, "template: unexpected )") }
    return expression
  }

  /// The value of each command is the last argument of the next.
  private mutating func pipeline() throws(Failure) -> Template.Expression {
    var value = try command(piped: nil)
    while tokens.first == .symbol("|") {
      tokens.removeFirst()
      value = try command(piped: value)
    }
    return value
  }

  private mutating func command(piped: Template.Expression?) throws(Failure) -> Template.Expression {
    let name: String?
    if case .word(let word)? = tokens.first {
      tokens.removeFirst()
      name = word
    } else {
      name = nil
    }
    var operands: [Template.Expression] = []
    while let operand = try operand() { operands.append(operand) }
    if let name { return .call(name, operands + (piped.map { [$0] } ?? [])) }
    guard let first = operands.first, piped == nil else {
      throw Failure(.invalidInput, "template: a value or the name of a function is missing")
    }
    if operands.count == 1 { return first }
    guard case .field(let names) = first else {
      throw Failure(.invalidInput, "template: only functions and methods take arguments")
    }
    return .method(names, Array(operands.dropFirst()))
  }

  private mutating func operand() throws(Failure) -> Template.Expression? {
    switch tokens.first {
    case .literal(let value)?:
      tokens.removeFirst()
      return .literal(value)
    case .field(let names)?:
      tokens.removeFirst()
      return .field(names)
    case .variable(let name, let names)?:
      tokens.removeFirst()
      return .variable(name, names)
    case .word(let word)?:
      // A function without arguments as an argument.
      tokens.removeFirst()
      return .call(word, [])
    case .symbol("(")?:
      tokens.removeFirst()
      let inner = try pipeline()
      guard tokens.popFirst() == .symbol(")") else { throw Failure(.invalidInput, "template: ( without )") }
      guard case .field(let names)? = tokens.first, !names.isEmpty else { return inner }
      tokens.removeFirst()
      return .member(inner, names)
    default: return nil
    }
  }
}
