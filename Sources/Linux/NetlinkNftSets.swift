extension Nftables {
  /// The type of a key or a value as `nft list` prints it, with its length in bytes.
  public enum DataType: UInt32, Sendable {
    case integer = 4
    case ipv4Address = 7
    case ipv6Address = 8
    case protocolNumber = 12
    case portNumber = 13
    case interfaceName = 41

    var length: UInt32 {
      switch self {
      case .integer, .ipv4Address: 4
      case .ipv6Address, .interfaceName: 16
      case .protocolNumber: 1
      case .portNumber: 2
      }
    }
  }

  /// A set, or a map where it has values.
  public struct SetDefinition: Hashable, Sendable {
    public var name: String
    public var key: [DataType]
    public var value: [DataType] = []
    /// Its elements are ranges.
    public var isInterval = false
    /// For `nft`, of a map.
    public var notation: (key: [TypeOf], value: [TypeOf])?

    public init(_ name: String, key: [DataType], isInterval: Bool = false) {
      self.name = name
      self.key = key
      self.isInterval = isInterval
    }

    /// A map.
    public init(
      _ name: String, key: [DataType], value: [DataType], notation: (key: [TypeOf], value: [TypeOf])
    ) {
      self.name = name
      self.key = key
      self.value = value
      self.notation = notation
    }

    public static func == (left: SetDefinition, right: SetDefinition) -> Bool { left.name == right.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// Whether the element has the lengths that the set's elements have.
    public func fits(_ element: Element) -> Bool {
      element.key.count == length(of: key) && element.value.count == (value.isEmpty ? 0 : length(of: value))
    }
  }

  /// One element: bytes in network order, every part of a concatenation filled up to four bytes.
  public struct Element: Hashable, Sendable {
    public var key: [UInt8]
    public var value: [UInt8] = []
    /// The first key that is outside a range again.
    public var isIntervalEnd = false

    public init(key: [UInt8], value: [UInt8] = [], isIntervalEnd: Bool = false) {
      self.key = key
      self.value = value
      self.isIntervalEnd = isIntervalEnd
    }

    /// The parts of a concatenation.
    public static func joined(_ parts: [[UInt8]]) -> [UInt8] {
      parts.flatMap { $0 + [UInt8](repeating: 0, count: (4 - $0.count % 4) % 4) }
    }
  }

  public static func newSet(_ set: SetDefinition, of table: String, _ family: Family, id: UInt32) -> NetlinkMessage {
    message(.newSet, family, .create, step: "making firewall set", object: set.name) {
      $0.attribute(1, text: table)
      $0.attribute(2, text: set.name)
      $0.attribute(3, network: UInt32(set.isInterval ? 4 : 0) | (set.value.isEmpty ? 0 : 8))
      $0.attribute(4, network: number(of: set.key))
      $0.attribute(5, network: length(of: set.key))
      if !set.value.isEmpty {
        $0.attribute(6, network: number(of: set.value))
        $0.attribute(7, network: length(of: set.value))
      }
      $0.attribute(10, network: id)
      if let data = userData(of: set) { $0.attribute(13, data) }
    }
  }

  /// How `nft` is to read the bytes: a single key by its byte order (1: the machine's, 2: the network's).
  private static func userData(of set: SetDefinition) -> [UInt8]? {
    if let notation = set.notation { return TypeOf.userData(key: notation.key, value: notation.value) }
    guard set.key.count == 1 else { return nil }
    return TypeOf.item(0, UInt32(set.key[0] == .interfaceName ? 1 : 2))
  }

  /// Adds elements. One that is there with the same value is no error; with another value it is EEXIST.
  public static func newElements(
    _ elements: [Element], in set: String, of table: String, _ family: Family
  ) -> NetlinkMessage {
    message(.newElements, family, .create, step: "adding to firewall set", object: set) {
      fill(&$0, elements, in: set, of: table)
    }
  }

  /// Removes elements. One that is missing is ENOENT, and ends the batch.
  public static func deleteElements(
    _ elements: [Element], in set: String, of table: String, _ family: Family
  ) -> NetlinkMessage {
    message(.deleteElements, family, step: "removing from firewall set", object: set) {
      fill(&$0, elements, in: set, of: table)
    }
  }

  private static func fill(_ body: inout NetlinkBytes, _ elements: [Element], in set: String, of table: String) {
    body.attribute(1, text: table)
    body.attribute(2, text: set)
    body.nested(3) { list in
      for element in elements {
        list.nested(1) {
          if element.isIntervalEnd { $0.attribute(3, network: UInt32(1)) }
          $0.nested(1) { $0.attribute(1, element.key) }
          if !element.value.isEmpty { $0.nested(2) { $0.attribute(1, element.value) } }
        }
      }
    }
  }

  /// A dump request for everything in a set.
  public static func getElements(in set: String, of table: String, _ family: Family) -> NetlinkMessage {
    message(.getElements, family, .dump, step: "reading firewall set", object: set) {
      $0.attribute(1, text: table)
      $0.attribute(2, text: set)
    }
  }

  /// Asks for one element; ENOENT where it, its set or its table is missing.
  public static func getElement(_ element: Element, in set: String, of table: String, _ family: Family)
    -> NetlinkMessage
  {
    message(.getElements, family, step: "looking in firewall set", object: set) {
      fill(&$0, [element], in: set, of: table)
    }
  }

  /// The elements in an answer to `getElements`.
  public static func elements(in reply: NetlinkReply) -> [Element] {
    guard let list = NetlinkAttributes(reply.body.dropFirst(4)).first(3) else { return [] }
    return list.nested.map { item in
      var element = Element(key: [])
      for attribute in item.nested {
        switch attribute.type {
        case 1: element.key = attribute.nested.first(1).map { Array($0.payload) } ?? []
        case 2: element.value = attribute.nested.first(1).map { Array($0.payload) } ?? []
        case 3: element.isIntervalEnd = attribute.network(UInt32.self) & 1 != 0
        default: break
        }
      }
      return element
    }
  }

  /// Concatenated types are numbered by six bits each.
  private static func number(of types: [DataType]) -> UInt32 { types.reduce(0) { $0 << 6 | $1.rawValue } }

  private static func length(of types: [DataType]) -> UInt32 {
    types.count == 1 ? types[0].length : types.reduce(0) { $0 + ($1.length + 3) & ~3 }
  }
}
