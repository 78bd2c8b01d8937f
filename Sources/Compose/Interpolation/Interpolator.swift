import YAML

/// Replaces the variables in the values of a tree (never in keys) and gives strings the type that their place wants.
struct Interpolator {
  let environment: [String: String]
  let report: Report

  func interpolate(_ root: inout Node) {
    var path = NodePath()
    if let changed = changed(root, Cast.table, &path) { root = changed }
  }

  /// The node with its variables replaced, or nil where nothing changes: what aliases share stays shared.
  private func changed(_ node: Node, _ casts: PathTable<Cast>?, _ path: inout NodePath) -> Node? {
    switch node.value {
    case .string(let text): return scalar(text, of: node, casts?.rule, path)
    case .sequence(let items):
      var copy: [Node]?
      for (index, item) in items.enumerated() {
        path.push(index)
        if let changed = changed(item, casts?.belowItems, &path) {
          if copy == nil { copy = items }
          copy![index] = changed
        }
        path.pop()
      }
      guard let copy else { return nil }
      var result = node
      result.value = .sequence(copy)
      return result
    case .mapping(let mapping):
      var copy: Mapping?
      for (position, entry) in mapping.entries.enumerated() {
        path.push(entry.key)
        if let changed = changed(entry.value, casts?.below(entry.key), &path) {
          if copy == nil { copy = mapping }
          copy![position: position] = changed
        }
        path.pop()
      }
      guard let copy else { return nil }
      var result = node
      result.value = .mapping(copy)
      return result
    default: return nil
    }
  }

  private func scalar(_ text: String, of node: Node, _ cast: Cast?, _ path: NodePath) -> Node? {
    let hasVariables = text.utf8.contains(UInt8(ascii: "$"))
    guard hasVariables || cast != nil else { return nil }
    guard let substituted = hasVariables ? substitute(text, of: node, path) : text else { return nil }
    var result = node
    guard let cast else {
      result.value = .string(substituted)
      return result
    }
    guard let value = cast.value(of: substituted) else {
      let found = substituted.isEmpty ? "empty" : "`\(substituted.excerpt)`"
      let shown = hasVariables ? "`\(text.excerpt)` is \(found)" : "it is \(found)"
      report.fail("must be \(cast.wanted), but \(shown)", at: path, node.mark)
      return nil
    }
    result.value = value
    return result
  }

  private func substitute(_ text: String, of node: Node, _ path: NodePath) -> String? {
    let template = Template(
      lookup: { environment[$0] },
      unset: { name in
        report.warn(
          "the variable \(name) is not set; an empty string is used", node.mark, once: "unset variable \(name)")
      })
    do throws(Template.Problem) {
      return try template.substitute(text)
    } catch {
      switch error {
      case .invalid(let template):
        report.fail(
          "`\(template.excerpt)` holds a `${` that is no variable reference", at: path, node.mark,
          hint: "write `$$` for a literal dollar; a reference is `${NAME}`, `${NAME:-default}` or `${NAME:?message}`")
      case .required(let variable, let message):
        let reason = message.isEmpty ? "" : ": \(message)"
        report.fail(
          "the required variable \(variable) is missing a value\(reason)", at: path, node.mark,
          hint: "set \(variable) in the environment or in the .env file")
      case .tooDeep: report.fail("variable references are nested too deep", at: path, node.mark)
      }
      return nil
    }
  }
}
