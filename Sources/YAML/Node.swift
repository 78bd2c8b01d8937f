/// A value of a YAML document that knows where it was written.
///
/// It is what every stage of loading a compose file works on, so it is a value: copying shares storage until one side
/// changes. Two nodes are equal when their values are; places, styles and tags do not count.
public struct Node: Sendable {
  public var value: Value
  public var style: Style
  public var directive: Directive
  public var mark: Mark

  public enum Value: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case sequence([Node])
    case mapping(Mapping)
  }

  /// How it was written. Only `plain` scalars are subject to resolution into numbers, booleans and null.
  public enum Style: UInt8, Sendable {
    case plain, quoted, block, flow
  }

  /// What a tag asks the merge of several files to do (compose specification, 13-merge.md).
  public enum Directive: UInt8, Sendable {
    case none
    /// `!reset`: remove what earlier files said; the value itself does not count.
    case reset
    /// `!override`: replace what earlier files said instead of merging with it.
    case override
  }

  public init(_ value: Value, style: Style = .plain, directive: Directive = .none, mark: Mark = .none) {
    self.value = value
    self.style = style
    self.directive = directive
    self.mark = mark
  }

  public init(_ string: String, mark: Mark = .none) { self.init(.string(string), mark: mark) }
}

extension Node: Equatable {
  public static func == (left: Node, right: Node) -> Bool { left.value == right.value }
}

// MARK: Reading

extension Node {
  public var isNull: Bool {
    if case .null = value { return true }
    return false
  }

  public var string: String? {
    if case .string(let string) = value { return string }
    return nil
  }

  public var int: Int? {
    if case .int(let int) = value { return int }
    return nil
  }

  /// A float, or an integer as one.
  public var double: Double? {
    switch value {
    case .float(let double): return double
    case .int(let int): return Double(int)
    default: return nil
    }
  }

  public var bool: Bool? {
    if case .bool(let bool) = value { return bool }
    return nil
  }

  public var sequence: [Node]? {
    if case .sequence(let items) = value { return items }
    return nil
  }

  public var mapping: Mapping? {
    if case .mapping(let mapping) = value { return mapping }
    return nil
  }

  /// The value under a key of a mapping; nil where the node is none or has no such key.
  public subscript(key: String) -> Node? { mapping?[key] }

  /// What kind of value it is, in the words that messages use.
  public var kind: String {
    switch value {
    case .null: return "null"
    case .bool: return "boolean"
    case .int: return "integer"
    case .float: return "number"
    case .string: return "string"
    case .sequence: return "list"
    case .mapping: return "mapping"
    }
  }

  public var kindWithArticle: String {
    switch value {
    case .null: "null"
    case .int: "an integer"
    default: "a \(kind)"
    }
  }
}

// MARK: Changing in place

extension Node {
  /// Changes the mapping in place, without copying it; nothing happens to another kind of node.
  @inlinable
  public mutating func updateMapping<Failure: Error>(_ change: (inout Mapping) throws(Failure) -> Void) throws(Failure)
  {
    guard case .mapping(var mapping) = value else { return }
    value = .null
    defer { value = .mapping(mapping) }
    try change(&mapping)
  }

  /// Changes the list in place, without copying it; nothing happens to another kind of node.
  @inlinable
  public mutating func updateSequence<Failure: Error>(_ change: (inout [Node]) throws(Failure) -> Void) throws(Failure)
  {
    guard case .sequence(var items) = value else { return }
    value = .null
    defer { value = .sequence(items) }
    try change(&items)
  }
}
