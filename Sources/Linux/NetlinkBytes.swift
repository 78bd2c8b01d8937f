/// The body of a netlink message while it is written: fixed headers and attributes, each aligned to four bytes.
/// Numbers are in the machine's order (rtnetlink) unless the name says network order (nf_tables). netlink(7)
public struct NetlinkBytes: Hashable, Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func number(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
  }

  public mutating func raw(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

  /// `struct nlattr` with its payload and padding.
  public mutating func attribute(_ type: UInt16, _ payload: some Collection<UInt8>) {
    number(UInt16(4 + payload.count))
    number(type)
    bytes.append(contentsOf: payload)
    align()
  }

  public mutating func attribute(_ type: UInt16, _ value: some FixedWidthInteger) {
    number(UInt16(4 + value.bitWidth / 8))
    number(type)
    number(value)
    align()
  }

  /// With the number in network order.
  public mutating func attribute(_ type: UInt16, network value: some FixedWidthInteger) {
    attribute(type, value.bigEndian)
  }

  /// With a text and its final zero byte.
  public mutating func attribute(_ type: UInt16, text: String) {
    number(UInt16(4 + text.utf8.count + 1))
    number(type)
    bytes.append(contentsOf: text.utf8)
    bytes.append(0)
    align()
  }

  /// An attribute of attributes. NLA_F_NESTED is set, as strict kernels want it.
  public mutating func nested(_ type: UInt16, _ fill: (inout NetlinkBytes) -> Void) {
    let start = bytes.count
    number(UInt16(0))
    number(type | 0x8000)
    fill(&self)
    let length = UInt16(bytes.count - start)
    withUnsafeBytes(of: length) { bytes.replaceSubrange(start..<start + 2, with: $0) }
  }

  private mutating func align() {
    while bytes.count % 4 != 0 { bytes.append(0) }
  }
}

/// Reads the attributes of a message that the kernel sent. Whatever is cut short ends the sequence.
public struct NetlinkAttributes: Sequence, IteratorProtocol {
  public struct Attribute {
    /// Without NLA_F_NESTED and NLA_F_NET_BYTEORDER.
    public var type: UInt16
    public var payload: ArraySlice<UInt8>

    public var nested: NetlinkAttributes { NetlinkAttributes(payload) }
    /// In the machine's order; 0 where the payload is too short.
    public func number<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value { payload.loadNumber() ?? 0 }
    /// In network order.
    public func network<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value {
      Value(bigEndian: number())
    }
    public var text: String { String(decoding: payload.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private var rest: ArraySlice<UInt8>

  public init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  public mutating func next() -> Attribute? {
    guard let length: UInt16 = rest.loadNumber(), length >= 4, length <= rest.count,
      let type: UInt16 = rest.dropFirst(2).loadNumber()
    else { return nil }
    let payload = rest.dropFirst(4).prefix(Int(length) - 4)
    rest = rest.dropFirst((Int(length) + 3) & ~3)
    return Attribute(type: type & 0x3fff, payload: payload)
  }

  public func first(_ type: UInt16) -> Attribute? { first { $0.type == type } }
}

extension ArraySlice<UInt8> {
  /// A number in the machine's order at the beginning.
  public func loadNumber<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value? {
    guard count >= MemoryLayout<Value>.size else { return nil }
    return withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
  }
}
