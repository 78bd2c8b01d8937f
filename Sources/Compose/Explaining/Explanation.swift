import YAML

/// Where one value of a project came from.
public struct Explanation: Sendable {
  /// A place where a file says something about the value.
  public struct Definition: Sendable {
    /// As YAML on one line.
    public var value: String
    /// `compose.yaml:3:12`; nil: it is in no file.
    public var place: String?
    /// As written, where that holds variables.
    public var template: String?
    public var variables: [VariableUse]
    /// The services that were extended on the way: `base (common.yaml)`.
    public var through: [String]
    /// A tag that removed it, and where that is: `!override at b.yaml:4:5`.
    public var removedBy: String?
  }

  public struct VariableUse: Sendable {
    public var name: String
    /// Nil: not set.
    public var value: String?
    /// In words: `the environment`, `.env:3`, `its default`.
    public var source: String
  }

  /// `services.web.image`
  public var path: String
  /// As YAML on one line.
  public var value: String
  public var winner: Definition?
  /// In words, where no file says it: a default, a file of variables.
  public var remark: String?
  /// What others said, in the order in which they were overridden.
  public var overridden: [Definition]

  /// As YAML would have it on one line.
  static func text(_ node: Node) -> String {
    switch node.value {
    case .mapping, .sequence: JSONText(escapesDollars: false, isIndented: false).text(node)
    default: String(YAMLText(escapesDollars: false).text(node).dropLast())
    }
  }
}

// MARK: For people and for programs

extension Explanation {
  var lines: [String] {
    var lines = ["\(path): \(value)"]
    if let winner {
      lines.append("  set at \(winner.place ?? "?")\(Self.way(winner))")
      lines += Self.details(winner)
    }
    if let remark { lines.append("  \(remark)") }
    for other in overridden.reversed() {
      lines.append("  overrides \(other.value), set at \(other.place ?? "?")\(Self.way(other))")
      lines += Self.details(other)
      if let tag = other.removedBy { lines.append("    removed by \(tag)") }
    }
    return lines
  }

  private static func way(_ definition: Definition) -> String {
    definition.through.isEmpty ? "" : ", which it extends: \(definition.through.joined(separator: ", then "))"
  }

  private static func details(_ definition: Definition) -> [String] {
    guard let template = definition.template else { return [] }
    return ["    written \(template)"]
      + definition.variables.map { use in
        "    \(use.name) \(use.value.map { "= \($0.isEmpty ? "\"\"" : $0)" } ?? "is not set"), \(use.source)"
      }
  }

  var node: Node {
    var mapping = Mapping([.init("path", Node(path)), .init("value", Node(value))])
    if let winner { mapping["source"] = Self.node(winner) }
    if let remark { mapping["remark"] = Node(remark) }
    mapping["overridden"] = Node(.sequence(overridden.map(Self.node)))
    return Node(.mapping(mapping))
  }

  private static func node(_ definition: Definition) -> Node {
    var mapping = Mapping([.init("value", Node(definition.value))])
    if let place = definition.place { mapping["place"] = Node(place) }
    if !definition.through.isEmpty { mapping["extends"] = Node(.sequence(definition.through.map { Node($0) })) }
    if let template = definition.template {
      mapping["written"] = Node(template)
      mapping["variables"] = Node(
        .sequence(
          definition.variables.map { use in
            Node(
              .mapping(
                Mapping([
                  .init("name", Node(use.name)), .init("value", use.value.map { Node($0) } ?? Node(.null)),
                  .init("source", Node(use.source)),
                ])))
          }))
    }
    if let tag = definition.removedBy { mapping["removed_by"] = Node(tag) }
    return Node(.mapping(mapping))
  }
}
