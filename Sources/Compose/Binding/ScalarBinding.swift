import YAML

/// The forms that are no objects: numbers, texts, and lists and mappings of them.
struct ScalarBinding {
  let report: Report
  let path: NodePath

  func bind(_ node: Node, _ form: Form) -> Node? {
    switch form {
    case .string, .boolean, .integer, .unsigned, .float: return scalar(node, form)
    case .bytes: return bytes(node)
    case .duration:
      return parsed(node) { () throws(SyntaxProblem) in
        .string(DurationSyntax.text(try DurationSyntax.parse(GoFormat.text(node))))
      }
    case .fileMode: return fileMode(node)
    case .deviceCount: return deviceCount(node)
    case .strings, .texts: return list(node.sequence ?? [node], of: node)
    case .command:
      guard let text = node.string else { return node }
      return parsed(node) { () throws(SyntaxProblem) in
        .sequence(try ShellWords.split(text).map { Node($0, mark: node.mark) })
      }
    case .healthTest:
      guard node.string != nil else { return node }
      return Node(.sequence([Node("CMD-SHELL", mark: node.mark), node]), mark: node.mark)
    case .labels: return Collections.mapping(node, missing: .string(""))
    case .environment:
      for item in node.sequence ?? [] { checkName(item) }
      return Collections.mapping(node, missing: .null)
    case .options: return Collections.mapping(node, missing: .string(""))
    case .multipleOptions: return Collections.lists(node)
    case .hosts: return hosts(node)
    case .ulimit: return ulimit(node)
    case .ssh: return Collections.keys(node)
    case .record, .records, .mapping, .objects: return node
    }
  }

  private func fail(_ message: String, _ node: Node, hint: String? = nil) {
    report.fail(message, at: path, node.mark, hint: hint)
  }

  private func parsed(_ node: Node, _ parse: () throws(SyntaxProblem) -> Node.Value) -> Node? {
    do throws(SyntaxProblem) {
      return Node(try parse(), style: .quoted, mark: node.mark)
    } catch {
      fail(error.message, node, hint: error.hint)
      return nil
    }
  }

  private func scalar(_ node: Node, _ form: Form) -> Node? {
    switch (form, node.value) {
    case (.string, .string), (.boolean, .bool), (.integer, .int): return node
    case (.string, .int), (.string, .float): return Node(.string(GoFormat.text(node)), style: .quoted, mark: node.mark)
    case (.unsigned, .int(let int)):
      if int < 0 { fail("must not be negative", node) }
      return node
    case (.float, .int(let int)): return Node(.float(GoFormat.rounded32(Double(int))), mark: node.mark)
    case (.float, .float(let double)): return Node(.float(GoFormat.rounded32(double)), mark: node.mark)
    case (.integer, .float(let double)), (.unsigned, .float(let double)):
      guard let int = Int(exactly: double.rounded(.towardZero)) else {
        fail("`\(GoFormat.text(double))` is too large", node)
        return nil
      }
      return Node(.int(int), mark: node.mark)
    case (_, .string(let text)):
      let cast: Cast = if case .boolean = form { .boolean } else if case .float = form { .float } else { .integer }
      guard let value = cast.value(of: text) else {
        fail("must be \(cast.wanted), but `\(text)`", node)
        return nil
      }
      return scalar(Node(value, mark: node.mark), form)
    default:
      fail("\(node.kindWithArticle) cannot stand here", node)
      return nil
    }
  }

  private func bytes(_ node: Node) -> Node? {
    switch node.value {
    case .int(let int): return Node(.string(String(int)), style: .quoted, mark: node.mark)
    case .string(let text):
      return parsed(node) { () throws(SyntaxProblem) in .string(String(try ByteSyntax.parse(text))) }
    // The reference loader takes a fraction of a byte for nothing given.
    default: return nil
    }
  }

  private func fileMode(_ node: Node) -> Node? {
    switch node.value {
    case .int(let mode): return Node("0" + String(mode, radix: 8), mark: node.mark)
    case .string(let text):
      guard let mode = Int(text, radix: 8) else {
        fail("`\(text)` is no file mode", node, hint: "write it in octal: \"0444\"")
        return nil
      }
      return Node("0" + String(mode, radix: 8), mark: node.mark)
    default:
      fail("\(node.kindWithArticle) is no file mode", node, hint: "write it in octal: 0444")
      return nil
    }
  }

  private func deviceCount(_ node: Node) -> Node? {
    if node.int != nil { return node }
    guard let text = node.string else { return nil }
    if text.lowercased() == "all" { return Node(.int(-1), mark: node.mark) }
    if let count = Int(text) { return Node(.int(count), mark: node.mark) }
    fail("`\(text)` is neither a number nor `all`", node)
    return nil
  }

  private func list(_ items: [Node], of node: Node) -> Node {
    Node(
      .sequence(
        items.map { item in
          item.string == nil ? Node(.string(GoFormat.text(item)), style: .quoted, mark: item.mark) : item
        }), mark: node.mark)
  }

  private func checkName(_ item: Node) {
    guard let text = item.string else { return }
    let name = text.cut(at: "=")?.before ?? text
    guard let last = name.last, last.isWhitespace else { return }
    report.fail(
      "the name of the variable `\(name)` ends with a space", at: path, item.mark,
      hint: "write `NAME=value` without spaces")
  }

  private func hosts(_ node: Node) -> Node? {
    do throws(SyntaxProblem) {
      return try Collections.hosts(node)
    } catch {
      fail(error.message, node, hint: error.hint)
      return nil
    }
  }

  private func ulimit(_ node: Node) -> Node? {
    switch node.value {
    case .int: return node
    case .mapping(let limit):
      var bound = Mapping()
      for key in ["soft", "hard"] {
        guard let entry = limit.entry(key), let value = scalar(entry.value, .integer), value.int != 0 else { continue }
        bound.append(.init(key, value, mark: entry.mark))
      }
      return Node(.mapping(bound), mark: node.mark)
    default: return scalar(node, .integer)
    }
  }
}
