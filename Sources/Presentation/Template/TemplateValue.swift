/// How templates see values.
extension JSONValue {
  /// As Go prints it: `[a b]`, `map[k:v]`, `<no value>`.
  public var templateText: String {
    switch self {
    case .null: "<no value>"
    case .string(let text): text
    case .array(let values): "[" + values.map(\.templateText).joined(separator: " ") + "]"
    case .object(let members):
      "map[" + members.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.templateText)" }.joined(separator: " ")
        + "]"
    case .boolean, .integer, .number: compact
    }
  }

  /// Neither false nor empty.
  var isTrue: Bool {
    switch self {
    case .null: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .number(let value): value != 0
    case .string, .array, .object: count > 0
    }
  }

  var count: Int {
    switch self {
    case .string(let text): text.utf8.count
    case .array(let values): values.count
    case .object(let members): members.count
    default: 0
    }
  }

  /// What `range` walks over: elements with their index, members by key in order.
  var items: [(key: JSONValue, value: JSONValue)] {
    switch self {
    case .array(let values): values.enumerated().map { (.integer(Int64($0.offset)), $0.element) }
    case .object(let members): members.sorted { $0.key < $1.key }.map { (.string($0.key), $0.value) }
    default: []
    }
  }

  /// A missing element is nothing.
  func element(at key: JSONValue) -> JSONValue {
    switch (self, key) {
    case (.array(let values), .integer(let index)): values.indices.contains(Int(index)) ? values[Int(index)] : .null
    case (.object, .string(let name)): self[name] ?? .null
    default: .null
    }
  }

  func equals(_ other: JSONValue) -> Bool {
    self == other || (isNumber && other.isNumber && asDouble == other.asDouble)
  }

  func isLess(than other: JSONValue) -> Bool {
    if isNumber && other.isNumber { return asDouble < other.asDouble }
    return templateText < other.templateText
  }

  private var isNumber: Bool {
    switch self {
    case .integer, .number: true
    default: false
    }
  }

  private var asDouble: Double {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: 0
    }
  }
}
