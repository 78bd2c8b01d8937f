import YAML

/// The `!reset` and `!override` tags of one document: which attributes of what came before they remove.
struct Directives {
  /// Keys that lead to an attribute.
  private var paths: [[String]] = []

  /// Takes the tags out of a document, and with them the values that `!reset` marks.
  init(extractedFrom root: inout Node) {
    var path: [String] = []
    if let changed = extract(root, &path, isInList: false) { root = changed }
  }

  var isEmpty: Bool { paths.isEmpty }

  private mutating func extract(_ node: Node, _ path: inout [String], isInList: Bool) -> Node? {
    switch node.value {
    case .mapping(let mapping):
      var kept: Mapping?
      for entry in mapping.entries {
        path.append(entry.key)
        defer { path.removeLast() }
        switch entry.value.directive {
        case .reset:
          if !isInList { paths.append(path) }
          if kept == nil { kept = mapping }
          kept!.remove(entry.key)
        case .override:
          if !isInList { paths.append(path) }
        case .none:
          if let changed = extract(entry.value, &path, isInList: isInList) {
            if kept == nil { kept = mapping }
            kept![entry.key] = changed
          }
        }
      }
      return kept.map { Node(.mapping($0), style: node.style, directive: node.directive, mark: node.mark) }
    case .sequence(let items):
      var kept: [Node] = []
      var isChanged = false
      for item in items {
        if item.directive == .reset {
          isChanged = true
        } else if let changed = extract(item, &path, isInList: true) {
          kept.append(changed)
          isChanged = true
        } else {
          kept.append(item)
        }
      }
      return isChanged ? Node(.sequence(kept), style: node.style, directive: node.directive, mark: node.mark) : nil
    default: return nil
    }
  }

  /// Removes the marked attributes from what earlier documents said.
  func apply(to earlier: inout Node) {
    for path in paths { Self.remove(path[...], from: &earlier) }
  }

  /// Removes the marked attributes of one resource: `services.web`.
  func apply(to resource: inout Node, kind: String, name: String) {
    for path in paths where path.count > 2 && path[0] == kind && path[1] == name {
      Self.remove(path[2...], from: &resource)
    }
  }

  private static func remove(_ path: ArraySlice<String>, from node: inout Node) {
    guard let key = path.first else { return }
    node.updateMapping { mapping in
      if path.count == 1 {
        mapping.remove(key)
      } else if let position = mapping.position(of: key) {
        remove(path.dropFirst(), from: &mapping[position: position])
      }
    }
  }
}
