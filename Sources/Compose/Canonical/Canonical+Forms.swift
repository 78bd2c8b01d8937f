import YAML

extension Canonical {
  func dependencies(_ node: Node) -> Node? {
    switch node.value {
    case .sequence(let items): return Self.mapping(of: items, value: Self.startedDependency, mark: node.mark)
    case .mapping(var mapping):
      for position in mapping.entries.indices {
        mapping[position: position].updateMapping { dependency in
          if dependency["condition"] == nil { dependency["condition"] = Node("service_started") }
          if dependency["required"] == nil { dependency["required"] = Node(.bool(true)) }
        }
      }
      return Node(.mapping(mapping), mark: node.mark)
    default: return nil
    }
  }

  func environmentFiles(_ node: Node) -> Node? {
    let items = node.sequence ?? [node]
    return Node(
      .sequence(
        items.map { item in
          var long = item.string == nil ? item : Self.wrap(item, as: "path")
          long.updateMapping { if $0["required"] == nil { $0["required"] = Node(.bool(true)) } }
          return long
        }), mark: node.mark)
  }

  /// `source[:target[:permissions]]`.
  func device(_ text: String, mark: Mark) throws(SyntaxProblem) -> Node {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 3 else {
      throw SyntaxProblem(
        "the device `\(text)` has too many colons", hint: "use the long form: source, target, permissions")
    }
    let target = parts.count > 1 && !parts[1].isEmpty ? parts[1] : parts[0]
    return Node(
      .mapping(
        Mapping([
          "source": Node(parts[0], mark: mark), "target": Node(target, mark: mark),
          "permissions": Node(parts.count > 2 ? parts[2] : "rwm", mark: mark),
        ])), mark: mark)
  }

  /// One item may stand for a range of ports, so the list is treated as a whole.
  func ports(_ items: [Node], of node: Node, _ path: NodePath) -> Node? {
    var long: [Node] = []
    for (index, item) in items.enumerated() {
      let text: String
      switch item.value {
      case .string(let short): text = short
      case .int(let port): text = String(port)
      case .float:
        report.fail(
          "`\(GoFormat.text(item))` is no port", at: path.appending(index), item.mark, hint: "put it in quotes")
        continue
      default:
        long.append(item)
        continue
      }
      do throws(SyntaxProblem) {
        let ports = try PortSyntax.parse(text)
        portsLeft -= ports.count
        guard portsLeft >= 0 else {
          report.fail("the project publishes too many ports", at: path.appending(index), item.mark)
          return nil
        }
        long += ports.map { $0.node(mark: item.mark) }
      } catch {
        // One item that cannot be read yet leaves the whole list in its short form.
        if ignoresSyntaxProblems { return nil }
        report.fail(error.message, at: path.appending(index), item.mark, hint: error.hint)
      }
    }
    return Node(.sequence(long), style: node.style, mark: node.mark)
  }

  /// `default`, or `name=path`.
  func keys(_ items: [Node], of node: Node, _ path: NodePath) -> Node? {
    var mapping = Mapping()
    for (index, item) in items.enumerated() {
      guard let text = item.string else { continue }
      if let (name, path) = text.cut(at: "=") {
        mapping[name] = Node(path, mark: item.mark)
      } else if text == "default" {
        mapping[text] = Node(.null, mark: item.mark)
      } else {
        report.fail(
          "the SSH key `\(text)` has no path", at: path.appending(index), item.mark,
          hint: "write `default` for the agent, or `\(text)=path`")
      }
    }
    return Node(.mapping(mapping), mark: node.mark)
  }

  func pairs(_ items: [Node], of node: Node, _ path: NodePath) -> Node? {
    var mapping = Mapping()
    for (index, item) in items.enumerated() {
      guard let text = item.string else { continue }
      guard let (name, value) = text.cut(at: "=") else {
        if ignoresSyntaxProblems { return nil }
        report.fail("`\(text)` must be `name=value`", at: path.appending(index), item.mark)
        continue
      }
      mapping[name] = Node(value, mark: item.mark)
    }
    return Node(.mapping(mapping), mark: node.mark)
  }

  /// The old form `external: {name: …}`.
  func external(_ node: Node, _ path: NodePath) -> Node? {
    guard let external = node["external"], let old = external.mapping else { return nil }
    var copy = node
    copy.updateMapping { resource in
      resource["external"] = Node(.bool(true), mark: external.mark)
      guard let oldName = old["name"] else { return }
      report.warn(
        "\(path).external.name: deprecated; use `external: true` and `name: \(GoFormat.text(oldName))`", external.mark)
      guard let name = resource["name"] else {
        resource["name"] = oldName
        return
      }
      if name != oldName {
        report.fail(
          "`name` is `\(GoFormat.text(name))`, but `external.name` is `\(GoFormat.text(oldName))`", at: path,
          oldName.mark, hint: "keep `name` only")
      }
    }
    return copy
  }
}
