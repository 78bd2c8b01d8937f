import YAML

/// Short forms → long forms, so that every later stage knows one form only.
final class Canonical {
  let report: Report
  /// Values that hold uninterpolated variables may have no long form yet; they stay as they are.
  let ignoresSyntaxProblems: Bool

  /// Ports that short forms may still stand for: `0-65535` is a few bytes of text, and 65536 ports.
  var portsLeft = 200_000

  init(report: Report, ignoresSyntaxProblems: Bool) {
    self.report = report
    self.ignoresSyntaxProblems = ignoresSyntaxProblems
  }

  private enum Form: Sendable {
    case stringList, nullMapping, dependencies, environmentFiles, extends, gpus, volume, device, fileReference, ports
    case build, ssh, keyValue, text, external
  }

  private static let table: PathTable<Form> = [
    "services.*.build": .build,
    "services.*.build.secrets.*": .fileReference,
    "services.*.build.provenance": .text,
    "services.*.build.sbom": .text,
    "services.*.build.additional_contexts": .keyValue,
    "services.*.build.ssh": .ssh,
    "services.*.depends_on": .dependencies,
    "services.*.env_file": .environmentFiles,
    "services.*.label_file": .stringList,
    "services.*.extends": .extends,
    "services.*.gpus": .gpus,
    "services.*.networks": .nullMapping,
    "services.*.models": .nullMapping,
    "services.*.volumes.*": .volume,
    "services.*.dns": .stringList,
    "services.*.devices.*": .device,
    "services.*.secrets.*": .fileReference,
    "services.*.configs.*": .fileReference,
    "services.*.ports": .ports,
    "services.*.develop.watch.*.ignore": .stringList,
    "services.*.develop.watch.*.include": .stringList,
    "volumes.*": .external,
    "networks.*": .external,
    "secrets.*": .external,
    "configs.*": .external,
  ]

  func transform(_ root: inout Node) {
    var path = NodePath()
    if let changed = changed(root, Self.table, &path) { root = changed }
  }

  /// The node in its long form, or nil where it has it already.
  private func changed(_ node: Node, _ table: PathTable<Form>, _ path: inout NodePath) -> Node? {
    guard let form = table.rule else { return changedBelow(node, table, &path) }
    switch form {
    case .build:
      if node.string != nil { return Self.wrap(node, as: "context") }
      return changedBelow(node, table, &path)
    default: return changed(node, to: form, path)
    }
  }

  private func changedBelow(_ node: Node, _ table: PathTable<Form>, _ path: inout NodePath) -> Node? {
    switch node.value {
    case .mapping(let mapping):
      var copy: Mapping?
      for (position, entry) in mapping.entries.enumerated() {
        guard let below = table.below(entry.key) else { continue }
        path.push(entry.key)
        if let changed = changed(entry.value, below, &path) {
          if copy == nil { copy = mapping }
          copy![position: position] = changed
        }
        path.pop()
      }
      return copy.map { Node(.mapping($0), style: node.style, directive: node.directive, mark: node.mark) }
    case .sequence(let items):
      guard let below = table.belowItems else { return nil }
      var copy: [Node]?
      for (index, item) in items.enumerated() {
        path.push(index)
        if let changed = changed(item, below, &path) {
          if copy == nil { copy = items }
          copy![index] = changed
        }
        path.pop()
      }
      return copy.map { Node(.sequence($0), style: node.style, directive: node.directive, mark: node.mark) }
    default: return nil
    }
  }

  private func changed(_ node: Node, to form: Form, _ path: NodePath) -> Node? {
    switch (form, node.value) {
    case (.stringList, .string): return Node(.sequence([node]), mark: node.mark)
    case (.nullMapping, .sequence(let items)): return Self.mapping(of: items, value: Node(.null), mark: node.mark)
    case (.dependencies, _): return dependencies(node)
    case (.environmentFiles, _): return environmentFiles(node)
    case (.extends, .string): return Self.wrap(node, as: "service")
    case (.gpus, .string):
      return Node(.sequence([Node(.mapping(Mapping(["count": node])), mark: node.mark)]), mark: node.mark)
    case (.volume, .string(let text)):
      return parsed(node, path) { () throws(SyntaxProblem) in
        let volume = try VolumeSyntax.parse(text)
        for option in volume.unknownOptions {
          report.warn("\(path): the option `\(option)` is unknown and has no effect", node.mark)
        }
        return volume.node(mark: node.mark)
      }
    case (.device, .string(let text)):
      return parsed(node, path) { () throws(SyntaxProblem) in try device(text, mark: node.mark) }
    case (.fileReference, .string): return Self.wrap(node, as: "source")
    case (.ports, .sequence(let items)): return ports(items, of: node, path)
    case (.ssh, .sequence(let items)): return keys(items, of: node, path)
    case (.keyValue, .sequence(let items)): return pairs(items, of: node, path)
    case (.text, .bool), (.text, .int), (.text, .float):
      return Node(.string(GoFormat.text(node)), style: node.style, mark: node.mark)
    case (.external, .mapping): return external(node, path)
    default: return nil
    }
  }

  /// What a parser makes of a node; a problem is reported, or passed over.
  func parsed(_ node: Node, _ path: NodePath, _ parse: () throws(SyntaxProblem) -> Node) -> Node? {
    do throws(SyntaxProblem) {
      return try parse()
    } catch {
      if !ignoresSyntaxProblems { report.fail(error.message, at: path, node.mark, hint: error.hint) }
      return nil
    }
  }

  // MARK: Building blocks

  static func wrap(_ node: Node, as key: String) -> Node {
    Node(.mapping(Mapping([Mapping.Entry(key, node, mark: node.mark)])), mark: node.mark)
  }

  /// A list of names as a mapping with the same value for each.
  static func mapping(of items: [Node], value: Node, mark: Mark) -> Node {
    var mapping = Mapping()
    for case .string(let key) in items.lazy.map(\.value) where mapping.position(of: key) == nil {
      let itemMark = items[mapping.count].mark
      var entry = Mapping.Entry(key, value, mark: itemMark)
      entry.value.mark = itemMark
      mapping.append(entry)
    }
    return Node(.mapping(mapping), mark: mark)
  }

  /// What a name in a list of dependencies stands for.
  static let startedDependency = Node(
    .mapping(Mapping(["condition": Node("service_started"), "required": Node(.bool(true))])))
}
