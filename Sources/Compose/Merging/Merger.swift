import YAML

/// Merges a later tree into an earlier one.
struct Merger {
  let report: Report

  func merge(_ later: Node, into earlier: inout Node) {
    var path = NodePath()
    merge(later, into: &earlier, MergeRule.table, &path)
  }

  /// A service into the one that it extends: the same rules as between files.
  func merge(service later: Node, into earlier: inout Node, path: NodePath) {
    var path = path
    merge(later, into: &earlier, MergeRule.table.at("services", "*"), &path)
  }

  /// A resource into the one of the same name that an included file defines.
  func merge(_ later: Node, into earlier: inout Node, kind: String, name: String) {
    var path = NodePath(keys: kind, name)
    merge(later, into: &earlier, MergeRule.table.at(kind, name), &path)
  }

  private func merge(_ later: Node, into earlier: inout Node, _ table: PathTable<MergeRule>?, _ path: inout NodePath) {
    if let rule = table?.rule { return apply(rule, later, into: &earlier, table!, &path) }
    if later.isNull { return }
    switch (earlier.value, later.value) {
    case (.mapping, .mapping): mergeMappings(later, into: &earlier, table, &path)
    case (.sequence, .sequence(let items)): earlier.updateSequence { $0 += items }
    case (.mapping, _), (.sequence, _):
      let place = earlier.mark.location.map { " (\($0))" } ?? ""
      report.fail(
        "\(later.kindWithArticle) cannot be merged with the \(earlier.kind) of an earlier file\(place)", at: path,
        later.mark,
        hint: "write \(earlier.kindWithArticle) here too, or `!override` to replace the earlier value")
    default: earlier = later
    }
  }

  private func mergeMappings(
    _ later: Node, into earlier: inout Node, _ table: PathTable<MergeRule>?, _ path: inout NodePath
  ) {
    guard let additions = later.mapping else { return }
    earlier.updateMapping { mapping in
      for entry in additions.entries {
        guard let position = mapping.position(of: entry.key) else {
          mapping.append(entry)
          continue
        }
        path.push(entry.key)
        merge(entry.value, into: &mapping[position: position], table?.below(entry.key), &path)
        path.pop()
      }
    }
  }

  private func apply(
    _ rule: MergeRule, _ later: Node, into earlier: inout Node, _ table: PathTable<MergeRule>, _ path: inout NodePath
  ) {
    switch rule {
    case .replace: earlier = later
    case .sequence:
      earlier = Node(
        .sequence(Self.sequence(earlier) + Self.sequence(later)), mark: later.isNull ? earlier.mark : later.mark)
    case .hosts:
      let known = Self.sequence(earlier)
      let texts = Set(known.map(GoFormat.text))
      earlier = Node(
        .sequence(known + Self.sequence(later).filter { !texts.contains(GoFormat.text($0)) }),
        mark: later.isNull ? earlier.mark : later.mark)
    case .build:
      earlier = Self.build(earlier)
      mergeMappings(Self.build(later), into: &earlier, table, &path)
    case .dependencies:
      earlier = Self.mapping(earlier, value: Canonical.startedDependency)
      mergeMappings(Self.mapping(later, value: Canonical.startedDependency), into: &earlier, table, &path)
    case .attachments:
      earlier = Self.mapping(earlier, value: Node(.null))
      mergeMappings(Self.mapping(later, value: Node(.null)), into: &earlier, table, &path)
    case .logging:
      guard !later.isNull else { return }
      // Options mean something only to their driver.
      if let old = earlier["driver"], let new = later["driver"], old != new {
        earlier = later
      } else {
        mergeMappings(later, into: &earlier, table, &path)
      }
    case .pools: mergePools(later, into: &earlier, &path)
    }
  }

  private func mergePools(_ later: Node, into earlier: inout Node, _ path: inout NodePath) {
    guard let old = earlier.sequence, var pools = later.sequence else { return }
    func subnet(_ pool: Node) -> String { pool["subnet"].map(GoFormat.text) ?? "" }
    let bySubnet = Dictionary(old.map { (subnet($0), $0) }) { first, _ in first }
    for index in pools.indices {
      guard var pool = bySubnet[subnet(pools[index])] else { continue }
      path.push(index)
      mergeMappings(pools[index], into: &pool, nil, &path)
      path.pop()
      pools[index] = pool
    }
    earlier.value = .sequence(pools)
  }
}

// MARK: One form for both sides

extension Merger {
  /// `key=value` items in the order of their keys, one per value where a key has several.
  static func sequence(_ node: Node) -> [Node] {
    switch node.value {
    case .sequence(let items): return items
    case .string: return [node]
    case .mapping(let mapping):
      var items: [Node] = []
      for entry in mapping.entries {
        let mark = entry.value.mark.line == 0 ? entry.mark : entry.value.mark
        switch entry.value.value {
        case .null: items.append(Node(entry.key, mark: mark))
        case .sequence(let values): items += values.map { Node("\(entry.key)=\(GoFormat.text($0))", mark: $0.mark) }
        default: items.append(Node("\(entry.key)=\(GoFormat.text(entry.value))", mark: mark))
        }
      }
      return items.sorted { $0.string! < $1.string! }
    default: return []
    }
  }

  private static func build(_ node: Node) -> Node {
    guard node.string != nil else { return node.isNull ? Node(.mapping(Mapping()), mark: node.mark) : node }
    return Node(.mapping(Mapping(["context": node])), mark: node.mark)
  }

  static func mapping(_ node: Node, value: Node) -> Node {
    switch node.value {
    case .sequence(let items): return Canonical.mapping(of: items, value: value, mark: node.mark)
    case .mapping: return node
    default: return Node(.mapping(Mapping()), mark: node.mark)
    }
  }
}
