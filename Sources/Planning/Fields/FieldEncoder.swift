/// Turns any encodable value into the tree of its fields, so that a comparison cannot forget one that is added later.
///
/// Absent optionals have no member. What a type leaves out of its coding (the bytes of a secret) is not in the tree.
enum FieldEncoder {
  /// The fields of a value by name, not yet turned into trees: most are the same on both sides of a comparison.
  static func fields(of value: some Encodable) -> [(name: String, value: any Encodable)] {
    let list = FieldList()
    try? value.encode(to: FieldListEncoder(list: list))
    return list.fields
  }

  static func tree(of value: any Encodable) -> FieldValue {
    let node = FieldNode()
    // The encoders below never throw; a type whose own encoding does has nothing to compare.
    try? value.encode(to: NodeEncoder(node: node))
    return node.value
  }
}

private final class FieldList {
  var fields: [(name: String, value: any Encodable)] = []
}

/// Takes the fields of one keyed type as they are.
private struct FieldListEncoder: Encoder {
  let list: FieldList
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(Container<Key>(list: list))
  }
  // Definitions are keyed; these lead into trees that nobody looks at.
  func unkeyedContainer() -> any UnkeyedEncodingContainer { Unkeyed(node: FieldNode()) }
  func singleValueContainer() -> any SingleValueEncodingContainer { Single(node: FieldNode()) }

  private struct Container<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let list: FieldList
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) throws {}
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { list.fields.append((key.stringValue, value)) }
    func nestedContainer<Nested: CodingKey>(
      keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      NodeEncoder(node: FieldNode()).container(keyedBy: keyType)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { Unkeyed(node: FieldNode()) }
    func superEncoder() -> any Encoder { NodeEncoder(node: FieldNode()) }
    func superEncoder(forKey key: Key) -> any Encoder { NodeEncoder(node: FieldNode()) }
  }
}

/// A place of the tree that is being filled.
private final class FieldNode {
  enum Content {
    case empty
    case leaf(FieldValue)
    case list([FieldNode])
    case object([(name: String, node: FieldNode)])
  }

  var content = Content.empty

  var value: FieldValue {
    switch content {
    case .empty: .null
    case .leaf(let value): value
    case .list(let nodes): .list(nodes.map(\.value))
    case .object(let members): .object(members.map { .init($0.name, $0.node.value) })
    }
  }

  func member(_ name: String) -> FieldNode {
    let node = FieldNode()
    if case .object(var members) = content {
      content = .empty
      members.append((name, node))
      content = .object(members)
    } else {
      content = .object([(name, node)])
    }
    return node
  }

  func element() -> FieldNode {
    let node = FieldNode()
    if case .list(var nodes) = content {
      content = .empty
      nodes.append(node)
      content = .list(nodes)
    } else {
      content = .list([node])
    }
    return node
  }

  func put(_ value: some Encodable) throws {
    switch value {
    case let text as String: content = .leaf(.string(text))
    case let flag as Bool: content = .leaf(.bool(flag))
    case let number as any BinaryInteger: content = .leaf(.integer(Int64(truncatingIfNeeded: number)))
    case let number as any BinaryFloatingPoint: content = .leaf(.string("\(number)"))
    default: try value.encode(to: NodeEncoder(node: self))
    }
  }
}

private struct NodeEncoder: Encoder {
  let node: FieldNode
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .empty = node.content { node.content = .object([]) }
    return KeyedEncodingContainer(Keyed<Key>(node: node))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .empty = node.content { node.content = .list([]) }
    return Unkeyed(node: node)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(node: node) }
}

private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: FieldNode
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) throws { node.member(key.stringValue).content = .leaf(.null) }
  func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try node.member(key.stringValue).put(value) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    NodeEncoder(node: node.member(key.stringValue)).container(keyedBy: keyType)
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    NodeEncoder(node: node.member(key.stringValue)).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { NodeEncoder(node: node.member("super")) }
  func superEncoder(forKey key: Key) -> any Encoder { NodeEncoder(node: node.member(key.stringValue)) }
}

private struct Unkeyed: UnkeyedEncodingContainer {
  let node: FieldNode
  var codingPath: [any CodingKey] { [] }
  var count: Int { if case .list(let nodes) = node.content { nodes.count } else { 0 } }

  func encodeNil() throws { node.element().content = .leaf(.null) }
  func encode<T: Encodable>(_ value: T) throws { try node.element().put(value) }

  func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
    NodeEncoder(node: node.element()).container(keyedBy: keyType)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    NodeEncoder(node: node.element()).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { NodeEncoder(node: node.element()) }
}

private struct Single: SingleValueEncodingContainer {
  let node: FieldNode
  var codingPath: [any CodingKey] { [] }

  func encodeNil() throws { node.content = .leaf(.null) }
  func encode<T: Encodable>(_ value: T) throws {
    switch value {
    case let text as String: node.content = .leaf(.string(text))
    case let flag as Bool: node.content = .leaf(.bool(flag))
    case let number as any BinaryInteger: node.content = .leaf(.integer(Int64(truncatingIfNeeded: number)))
    case let number as any BinaryFloatingPoint: node.content = .leaf(.string("\(number)"))
    default: try value.encode(to: NodeEncoder(node: node))
    }
  }
}
