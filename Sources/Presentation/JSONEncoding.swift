extension JSONValue {
  /// What a value encodes to, members in the order in which it encodes them.
  public init(encoding value: some Encodable) throws {
    let encoder = TreeEncoder(path: [])
    try encoder.put(value, into: encoder.box, nil)
    self = encoder.box.value
  }
}

/// Where an encoded value grows.
private final class Box {
  enum Content {
    case nothing
    case single(JSONValue)
    case array([Box])
    case object([(key: String, box: Box)])
  }

  var content = Content.nothing

  var value: JSONValue {
    switch content {
    case .nothing: .object([])
    case .single(let value): value
    case .array(let boxes): .array(boxes.map(\.value))
    case .object(let members): .object(members.map { .init($0.key, $0.box.value) })
    }
  }

  func member(_ key: String) -> Box {
    let box = Box()
    if case .object(let members) = content {
      content = .object(members + [(key, box)])
    } else {
      content = .object([(key, box)])
    }
    return box
  }

  func element() -> Box {
    let box = Box()
    if case .array(let boxes) = content { content = .array(boxes + [box]) } else { content = .array([box]) }
    return box
  }

  var count: Int { if case .array(let boxes) = content { boxes.count } else { 0 } }
}

private protocol Unordered {}
extension Dictionary: Unordered {}

private struct TreeEncoder: Encoder {
  var codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  let box: Box

  init(path: [any CodingKey], box: Box = Box()) {
    codingPath = path
    self.box = box
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .nothing = box.content { box.content = .object([]) }
    return KeyedEncodingContainer(Keyed<Key>(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .nothing = box.content { box.content = .array([]) }
    return Unkeyed(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

  func put(_ value: some Encodable, into box: Box, _ key: (any CodingKey)?) throws {
    switch value {
    case let value as String: box.content = .single(.string(value))
    case let value as Bool: box.content = .single(.boolean(value))
    case let value as any BinaryInteger: box.content = .single(.integer(Int64(value)))
    case let value as any BinaryFloatingPoint: box.content = .single(.number(Double(value)))
    default:
      try value.encode(to: TreeEncoder(path: codingPath + (key.map { [$0] } ?? []), box: box))
      // A dictionary has no order of its own, and Go writes its maps sorted.
      if value is any Unordered, case .object(let members) = box.content {
        box.content = .object(members.sorted { $0.key < $1.key })
      }
    }
  }
}

private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: TreeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }

  mutating func encodeNil(forKey key: Key) { encoder.box.member(key.stringValue).content = .single(.null) }
  mutating func encode(_ value: some Encodable, forKey key: Key) throws {
    try encoder.put(value, into: encoder.box.member(key.stringValue), key)
  }
  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
    -> KeyedEncodingContainer<Nested>
  { TreeEncoder(path: codingPath + [key], box: encoder.box.member(key.stringValue)).container(keyedBy: type) }
  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    TreeEncoder(path: codingPath + [key], box: encoder.box.member(key.stringValue)).unkeyedContainer()
  }
  mutating func superEncoder() -> any Encoder { TreeEncoder(path: codingPath, box: encoder.box.member("super")) }
  mutating func superEncoder(forKey key: Key) -> any Encoder {
    TreeEncoder(path: codingPath + [key], box: encoder.box.member(key.stringValue))
  }
}

private struct Unkeyed: UnkeyedEncodingContainer {
  let encoder: TreeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }
  var count: Int { encoder.box.count }

  mutating func encodeNil() { encoder.box.element().content = .single(.null) }
  mutating func encode(_ value: some Encodable) throws { try encoder.put(value, into: encoder.box.element(), nil) }
  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    TreeEncoder(path: codingPath, box: encoder.box.element()).container(keyedBy: type)
  }
  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    TreeEncoder(path: codingPath, box: encoder.box.element()).unkeyedContainer()
  }
  mutating func superEncoder() -> any Encoder { TreeEncoder(path: codingPath, box: encoder.box.element()) }
}

private struct Single: SingleValueEncodingContainer {
  let encoder: TreeEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }

  mutating func encodeNil() { encoder.box.content = .single(.null) }
  mutating func encode(_ value: some Encodable) throws { try encoder.put(value, into: encoder.box, nil) }
}
