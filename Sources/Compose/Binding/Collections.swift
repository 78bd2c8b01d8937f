import YAML

/// Lists and mappings that mean the same, in one form.
enum Collections {
  /// `KEY=value` items or a mapping → a mapping of text, in the order of its keys.
  static func mapping(_ node: Node, missing: Node.Value) -> Node? {
    var bound: [String: Mapping.Entry] = [:]
    switch node.value {
    case .mapping(let mapping):
      for entry in mapping.entries { bound[entry.key] = .init(entry.key, text(entry.value, missing), mark: entry.mark) }
    case .sequence(let items):
      for item in items {
        let text = GoFormat.text(item)
        let parts = text.cut(at: "=")
        let key = parts?.before ?? text
        let value = parts.map { Node.Value.string($0.after) } ?? missing
        bound[key] = .init(key, Node(value, style: item.style, mark: item.mark), mark: item.mark)
      }
    default: return nil
    }
    return Node(.mapping(Mapping(bound.values.sorted { $0.key < $1.key })), mark: node.mark)
  }

  private static func text(_ node: Node, _ missing: Node.Value) -> Node {
    switch node.value {
    case .null: return Node(missing, style: .quoted, mark: node.mark)
    case .string: return node
    default: return Node(.string(GoFormat.text(node)), style: .quoted, mark: node.mark)
    }
  }

  /// Values that may be repeated.
  static func lists(_ node: Node) -> Node? {
    guard let mapping = node.mapping else { return nil }
    return Node(
      .mapping(
        Mapping(
          mapping.entries.map { entry in
            let items = (entry.value.sequence ?? [entry.value]).map { text($0, .string("")) }
            return .init(entry.key, Node(.sequence(items), mark: entry.value.mark), mark: entry.mark)
          })), mark: node.mark)
  }

  /// SSH keys as the builder is told them: `name`, or `name: path`.
  static func keys(_ node: Node) -> Node? {
    guard let mapping = node.mapping else { return nil }
    return Node(
      .sequence(
        mapping.entries.map { entry in
          entry.value.isNull
            ? Node(entry.key, mark: entry.mark) : Node("\(entry.key)=\(GoFormat.text(entry.value))", mark: entry.mark)
        }), mark: node.mark)
  }

  /// `host=address` items in order; brackets around an IPv6 address are dropped.
  static func hosts(_ node: Node) throws(SyntaxProblem) -> Node? {
    var items: [Node] = []
    func add(_ host: String, _ address: String, _ mark: Mark) throws(SyntaxProblem) {
      guard !host.isEmpty, !host.contains(":"), !host.contains("=") else {
        throw SyntaxProblem("`\(host)` is no host name", hint: "write `name=address`")
      }
      let isBracketed = address.count > 2 && address.hasPrefix("[") && address.hasSuffix("]")
      items.append(Node("\(host)=\(isBracketed ? String(address.dropFirst().dropLast()) : address)", mark: mark))
    }
    switch node.value {
    case .mapping(let mapping):
      for entry in mapping.entries {
        for address in entry.value.sequence ?? [entry.value] {
          try add(entry.key, address.isNull ? "" : GoFormat.text(address), entry.mark)
        }
      }
    case .sequence(let list):
      for item in list {
        let text = GoFormat.text(item)
        guard let (host, addresses) = text.cut(at: "=") ?? text.cut(at: ":") else {
          throw SyntaxProblem("the host `\(text)` has no address", hint: "write `name=address`")
        }
        for address in addresses.split(separator: ",", omittingEmptySubsequences: false) {
          try add(host, String(address), item.mark)
        }
      }
    default: return nil
    }
    return Node(.sequence(items.sorted { $0.string! < $1.string! }), mark: node.mark)
  }
}
