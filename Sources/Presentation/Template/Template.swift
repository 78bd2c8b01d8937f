import Diagnostics

/// The part of Go's text/template that people write behind `--format`: fields, pipelines, `if`, `range`, `with`, `define`,
/// variables and docker's own functions (`json`, `upper`, `join`, `split`, …).
public struct Template: Sendable {
  let nodes: [Node]
  /// What `{{define}}` and `{{block}}` named.
  let definitions: [String: [Node]]

  /// - Throws: `Failure` naming what is not understood.
  public init(_ source: String) throws(Failure) {
    var parser = TemplateParser(source: source)
    nodes = try parser.parse()
    definitions = parser.definitions
  }

  /// The text that the template makes of a value.
  ///
  /// - Throws: `Failure` for a field that the value does not have, as docker does.
  public func render(_ value: JSONValue, _ types: TemplateTypes = .rows) throws(Failure) -> String {
    var evaluation = TemplateEvaluation(root: value, types, definitions)
    try evaluation.run(nodes, dot: value)
    return evaluation.output
  }

  indirect enum Node: Sendable {
    case text(String)
    case output(Expression)
    case assign(name: String, Expression)
    /// `{{break}}`, or `{{continue}}`
    case leave(goesOn: Bool)
    /// Branches in order; a branch without a condition is `else`.
    case condition([(condition: Expression?, body: [Node])])
    case range(key: String?, element: String?, over: Expression, body: [Node], otherwise: [Node])
    case with(Expression, body: [Node], otherwise: [Node])
    /// `{{template "name" value}}`
    case template(String, Expression?)
  }

  indirect enum Expression: Sendable {
    case literal(JSONValue)
    /// `.`, `.Name`, `.State.Health`
    case field([String])
    /// `$`, `$name.Field`
    case variable(String, [String])
    case call(String, [Expression])
    /// `.Label "key"`: docker's rows have methods that take arguments.
    case method([String], [Expression])
    /// `(index .Networks "x").IPAddress`
    case member(Expression, [String])
  }
}
