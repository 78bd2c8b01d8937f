import YAML

/// The variables that a project uses, for `config --variables`.
public struct Variable: Hashable, Sendable {
  public var name: String
  public var isRequired = false
  public var defaultValue = ""
  /// What is used when the variable is set: `${NAME:+value}`.
  public var alternateValue = ""
}

extension Template {
  /// Every variable of a tree that was not interpolated, the defaults' own variables included.
  static func variables(in node: Node) -> [String: Variable] {
    var found: [String: Variable] = [:]
    collect(node, &found)
    return found
  }

  private static func collect(_ node: Node, _ found: inout [String: Variable]) {
    switch node.value {
    case .string(let text): collect(text[...], &found, depth: 0)
    case .sequence(let items): for item in items { collect(item, &found) }
    case .mapping(let mapping): for entry in mapping.entries { collect(entry.value, &found) }
    default: break
    }
  }

  private static func collect(_ template: Substring, _ found: inout [String: Variable], depth: Int) {
    guard depth < 40 else { return }
    var rest = template
    while let piece = nextPiece(&rest) {
      switch piece {
      case .literal: break
      // Left to interpolation, which says where it is.
      case .invalid: return
      case .variable(let name): found[name] = found[name] ?? Variable(name: name)
      case .expression(let name, let action, let argument):
        var variable = Variable(name: name)
        switch action {
        case .requiredIfUnset, .requiredIfEmpty: variable.isRequired = true
        case .defaultIfUnset, .defaultIfEmpty: variable.defaultValue = String(argument)
        case .otherIfSet, .otherIfFilled: variable.alternateValue = String(argument)
        }
        found[name] = variable
        if !variable.isRequired { collect(argument, &found, depth: depth + 1) }
      }
    }
  }
}
