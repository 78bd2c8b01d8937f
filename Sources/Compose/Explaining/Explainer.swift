import Diagnostics
import YAML

/// Answers `config --explain` from what a loading run noted.
struct Explainer {
  let trace: LoadTrace
  /// The canonical project.
  let project: Node
  /// The environment of the process: what it has comes from nowhere else.
  let environment: [String: String]
  let name: (String) -> String

  /// One for each value at or below a path.
  func explanations(of text: String) throws(Failure) -> [Explanation] {
    let (path, node) = try AttributePath.find(text, in: project)
    var found: [Explanation] = []
    collect(node, path, &found)
    return found
  }

  private func collect(_ node: Node, _ path: NodePath, _ found: inout [Explanation]) {
    switch node.value {
    case .mapping(let mapping) where !mapping.isEmpty:
      for entry in mapping.entries { collect(entry.value, path.appending(entry.key), &found) }
    case .sequence(let items) where !items.isEmpty && !Self.isWhole(path):
      for (index, item) in items.enumerated() { collect(item, path.appending(index), &found) }
    default: found.append(explanation(of: node, path))
    }
  }

  /// Lists that one file gives as a whole.
  private static func isWhole(_ path: NodePath) -> Bool {
    guard case .key(let key) = path.steps.last else { return false }
    return ["command", "entrypoint", "test"].contains(key)
  }

  private func explanation(of node: Node, _ path: NodePath) -> Explanation {
    var candidates = definitions(of: path)
    let place = node.mark.location?.description
    var winner: Explanation.Definition?
    if let index = candidates.lastIndex(where: { $0.removedBy == nil && (place == nil || $0.place == place) })
      ?? candidates.lastIndex(where: { $0.removedBy == nil })
    {
      winner = candidates.remove(at: index)
    }
    var remark: String?
    if winner == nil {
      remark =
        variableFile(path, node) ?? place.map { "follows from what stands at \($0)" }
        ?? "filled in: no file says it"
    }
    return Explanation(
      path: path.description, value: Explanation.text(node), winner: winner, remark: remark, overridden: candidates)
  }

  /// A variable that a service has from one of its `env_file`s, or a label of its `label_file`s.
  private func variableFile(_ path: NodePath, _ node: Node) -> String? {
    let steps = path.steps
    guard steps.count == 4, case .key("services") = steps[0], case .key(let service) = steps[1],
      case .key(let attribute) = steps[2], case .key(let variable) = steps[3]
    else { return nil }
    let files = attribute == "environment" ? "env_file" : attribute == "labels" ? "label_file" : ""
    for document in trace.documents.reversed() {
      for item in (document.canonical["services"]?[service]?[files]?.sequence ?? []).reversed() {
        guard let written = item.string ?? item["path"]?.string else { continue }
        let file = Paths.resolve(written, in: document.scope.directory)
        guard let line = VariableLines.line(of: variable, in: file) else { continue }
        let place = (item["path"] ?? item).mark.location?.description ?? "?"
        return "from \(files) \(name(file)):\(line), which is named at \(place)"
      }
    }
    return nil
  }
}

// MARK: What each document says

extension Explainer {
  /// Everything that is said about an attribute, weakest first.
  private func definitions(of path: NodePath) -> [Explanation.Definition] {
    var found: [Explanation.Definition] = []
    let items = items(along: path)
    for document in trace.documents where !document.isExtended {
      found = definitions(path.steps, items, in: document, over: found, through: [])
    }
    return found
  }

  /// The list items of the project that a path leads through, by their depth: places in lists differ between documents.
  private func items(along path: NodePath) -> [Int: Node] {
    var items: [Int: Node] = [:]
    var node = project
    for (depth, step) in path.steps.enumerated() {
      switch step {
      case .key(let key): node = node[key] ?? Node(.null)
      case .index(let index):
        node = node.sequence?[index] ?? Node(.null)
        items[depth] = node
      }
    }
    return items
  }

  /// - Parameter earlier: what weaker documents say.
  private func definitions(
    _ steps: [NodePath.Step], _ items: [Int: Node], in document: LoadTrace.Document,
    over earlier: [Explanation.Definition],
    through chain: [String]
  ) -> [Explanation.Definition] {
    var found = earlier
    if let tag = tag(on: steps, in: document.written) {
      for index in found.indices where found[index].removedBy == nil { found[index].removedBy = tag }
    }
    if steps.count > 2, case .key("services") = steps[0], case .key(let service) = steps[1], chain.count < 50,
      let base = document.canonical["services"]?[service]?["extends"], let extended = base["service"]?.string
    {
      let file = base["file"]?.string
      let path = file.map { Paths.resolve($0, in: document.scope.directory) } ?? document.file
      let place = name(path)
      let rest = [steps[0], .key(extended)] + steps[2...]
      for other in trace.documents
      where other.file == path && (other.isExtended == (file != nil) || file == nil && other.file == document.file) {
        found = definitions(rest, items, in: other, over: found, through: chain + ["\(extended) (\(place))"])
      }
    }
    if let node = Self.node(steps[...], items, in: document.canonical) {
      found.append(definition(node, in: document, through: chain))
    }
    return found
  }

  private func definition(
    _ node: Node, in document: LoadTrace.Document, through chain: [String]
  ) -> Explanation.Definition {
    let template = Self.template(at: node.mark, in: document.written)
    return Explanation.Definition(
      value: Explanation.text(node), place: node.mark.location?.description, template: template,
      variables: template.map { uses(in: $0[...], document.scope.environment) } ?? [], through: chain)
  }

  /// `!reset` or `!override` on the way to an attribute.
  private func tag(on steps: [NodePath.Step], in root: Node) -> String? {
    var node = root
    for step in steps {
      guard case .key(let key) = step, let next = node[key] else { return nil }
      node = next
      guard node.directive != .none else { continue }
      return "\(node.directive == .reset ? "!reset" : "!override") at \(node.mark.location?.description ?? "?")"
    }
    return nil
  }

  private static func node(
    _ steps: ArraySlice<NodePath.Step>, _ items: [Int: Node], in node: Node
  ) -> Node? {
    guard let step = steps.first else { return node }
    switch (step, node.value) {
    case (.key(let key), .mapping(let mapping)):
      return mapping[key].flatMap { Self.node(steps.dropFirst(), items, in: $0) }
    case (.key(let key), .sequence(let items)):
      // `- KEY=value`
      guard steps.count == 1 else { return nil }
      for item in items.reversed() {
        guard let text = item.string, text == key || text.hasPrefix(key + "=") else { continue }
        return Node(String(text.dropFirst(key.count + 1)), mark: item.mark)
      }
      return nil
    case (.index, .sequence(let there)):
      guard let wanted = items[steps.startIndex] else { return nil }
      return there.last { isSame($0, wanted) }.flatMap { Self.node(steps.dropFirst(), items, in: $0) }
    default: return nil
    }
  }

  /// Whether two items of a list would be one after a merge.
  private static func isSame(_ one: Node, _ other: Node) -> Bool {
    if one.mark.line > 0, one.mark.location == other.mark.location { return true }
    guard one.mapping != nil, other.mapping != nil else { return GoFormat.text(one) == GoFormat.text(other) }
    for key in ["target", "path", "subnet", "source"] {
      guard let left = one[key], let right = other[key] else { continue }
      return ([key, "published", "protocol", "host_ip"]).allSatisfy { key in
        one[key].map(GoFormat.text) == other[key].map(GoFormat.text)
      } && GoFormat.text(left) == GoFormat.text(right)
    }
    return one == other
  }

  /// The text at a place of a document, where it holds variables.
  private static func template(at mark: Mark, in node: Node) -> String? {
    switch node.value {
    case .string(let text):
      let isThere = node.mark.line == mark.line && node.mark.column == mark.column && node.mark.source == mark.source
      return isThere && text.utf8.contains(UInt8(ascii: "$")) ? text : nil
    case .sequence(let items): return items.lazy.compactMap { template(at: mark, in: $0) }.first
    case .mapping(let mapping): return mapping.entries.lazy.compactMap { template(at: mark, in: $0.value) }.first
    default: return nil
    }
  }

  // MARK: Variables

  private func uses(in template: Substring, _ scope: [String: String]) -> [Explanation.VariableUse] {
    var uses: [Explanation.VariableUse] = []
    var rest = template
    while let piece = Template.nextPiece(&rest) {
      let name: String
      var fallback: Substring?
      switch piece {
      case .literal, .invalid: continue
      case .variable(let variable): name = variable
      case .expression(let variable, let action, let argument):
        name = variable
        let value = scope[variable]
        switch action {
        case .defaultIfUnset where value == nil, .defaultIfEmpty where value?.isEmpty ?? true: fallback = argument
        case .otherIfSet where value != nil, .otherIfFilled where !(value?.isEmpty ?? true): fallback = argument
        default: break
        }
      }
      uses.append(
        .init(name: name, value: scope[name], source: source(of: name, scope[name], usesDefault: fallback != nil)))
      if let fallback { uses += self.uses(in: fallback, scope) }
    }
    return uses
  }

  private func source(of variable: String, _ value: String?, usesDefault: Bool) -> String {
    guard let value else { return usesDefault ? "so the default that stands behind it counts" : "so it is empty" }
    let origin: String
    if environment[variable] == value {
      origin = "from the environment"
    } else if let place = trace.place(of: variable) {
      origin = "from \(place)"
    } else {
      origin = variable == "COMPOSE_PROJECT_NAME" ? "the name of the project" : "from Davit"
    }
    return value.isEmpty && usesDefault ? origin + ", so the default that stands behind it counts" : origin
  }
}
