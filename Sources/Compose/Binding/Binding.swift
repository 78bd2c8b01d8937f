import YAML

/// A merged model → the canonical project: every attribute in its one form, in a fixed order.
struct Binding {
  let report: Report
  /// Extensions (`x-…`) stay where the specification allows them.
  private static let secretValue = EnvironmentReferences.valueKey

  func project(_ model: Node) -> Node {
    var path = NodePath()
    return record(model, .project, &path)
  }

  private func record(_ node: Node, _ record: Record, _ path: inout NodePath) -> Node {
    guard let mapping = node.mapping else { return Node(.mapping(Mapping()), mark: node.mark) }
    var bound = Mapping()
    var known = 0
    for field in record.fields {
      let entry = mapping.entry(field.name)
      if entry != nil { known += 1 }
      path.push(field.name)
      let value = entry.flatMap { bind($0.value, field.form, &path) }
      path.pop()
      switch field.presence {
      case .always:
        bound.append(.init(field.name, value ?? zero(field.form, &path), mark: entry?.mark ?? .none))
      case .ifGiven:
        if let value { bound.append(.init(field.name, value, mark: entry!.mark)) }
      case .unlessEmpty:
        if let value, !isEmpty(value, field.form) { bound.append(.init(field.name, value, mark: entry!.mark)) }
      }
    }
    for entry in mapping.entries where entry.key.hasPrefix("x-") {
      if entry.key == Self.secretValue {
        bound["content"] = entry.value
      } else {
        bound.append(entry)
      }
      known += 1
    }
    if known < mapping.count { warn(of: mapping, unknownTo: record, path) }
    return Node(.mapping(bound), mark: node.mark)
  }

  /// Attributes that the schema knows and that nobody has given a meaning yet.
  private func warn(of mapping: Mapping, unknownTo record: Record, _ path: NodePath) {
    for entry in mapping.entries
    where !entry.key.hasPrefix("x-") && !record.fields.contains(where: { $0.name == entry.key }) {
      report.warn("\(path.appending(entry.key)): the attribute has no effect", entry.mark)
    }
  }

  private func zero(_ form: Form, _ path: inout NodePath) -> Node {
    switch form {
    case .record(let record): return self.record(Node(.mapping(Mapping())), record, &path)
    case .mapping, .objects: return Node(.mapping(Mapping()))
    case .boolean: return Node(.bool(false))
    case .integer, .unsigned: return Node(.int(0))
    case .string: return Node("")
    default: return Node(.null)
    }
  }

  private func isEmpty(_ node: Node, _ form: Form) -> Bool {
    switch node.value {
    case .null: return true
    case .bool(let bool): return !bool
    case .int(let int): return int == 0
    case .float(let double): return double == 0
    case .string(let string):
      switch form {
      case .bytes: return string == "0"
      case .duration: return string == "0s"
      default: return string.isEmpty
      }
    case .sequence(let items): return items.isEmpty
    case .mapping(let mapping):
      // An object that was given counts, even without attributes.
      if case .record = form { return false }
      return mapping.isEmpty
    }
  }

  // MARK: Forms

  /// The value in its form, or nil for none.
  private func bind(_ node: Node, _ form: Form, _ path: inout NodePath) -> Node? {
    switch form {
    case .record(let record): return node.isNull ? nil : self.record(node, record, &path)
    case .records(let record):
      guard let items = node.sequence else { return nil }
      var bound: [Node] = []
      bound.reserveCapacity(items.count)
      for (index, item) in items.enumerated() {
        path.push(index)
        bound.append(self.record(item, record, &path))
        path.pop()
      }
      return Node(.sequence(bound), mark: node.mark)
    case .mapping(let form): return mapping(node, &path) { bind($0, form, &$1) ?? Node(.null, mark: $0.mark) }
    case .objects(let record): return mapping(node, &path) { self.record($0, record, &$1) }
    default: return node.isNull ? nil : ScalarBinding(report: report, path: path).bind(node, form)
    }
  }

  private func mapping(_ node: Node, _ path: inout NodePath, _ bind: (Node, inout NodePath) -> Node) -> Node? {
    guard let mapping = node.mapping else { return nil }
    var bound = Mapping()
    bound.reserveCapacity(mapping.count)
    for entry in mapping.entries {
      path.push(entry.key)
      bound.append(.init(entry.key, bind(entry.value, &path), mark: entry.mark))
      path.pop()
    }
    return Node(.mapping(bound), mark: node.mark)
  }
}
