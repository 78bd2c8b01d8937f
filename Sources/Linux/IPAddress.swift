import Glibc

/// An IPv4 or IPv6 address as a number, so that ranges are ordinary arithmetic.
public enum IPAddress: Hashable, Sendable {
  case v4(UInt32)
  case v6(UInt128)

  public enum Family: UInt8, Hashable, Sendable {
    /// AF_INET
    case v4 = 2
    /// AF_INET6
    case v6 = 10

    /// Length of an address in bits.
    public var bits: Int { self == .v4 ? 32 : 128 }
  }

  public static let loopback = IPAddress.v4(0x7f00_0001)
  public static let loopback6 = IPAddress.v6(1)

  /// Reads `192.0.2.1` or `2001:db8::1` (inet_pton(3): no shortened IPv4 forms, no zone, no brackets).
  public init?(_ text: some StringProtocol) {
    let text = String(text)
    var bytes4 = in_addr()
    if inet_pton(AF_INET, text, &bytes4) == 1 {
      self = .v4(UInt32(bigEndian: bytes4.s_addr))
      return
    }
    var bytes6 = in6_addr()
    guard inet_pton(AF_INET6, text, &bytes6) == 1 else { return nil }
    self.init(bytes: withUnsafeBytes(of: &bytes6) { Array($0) })
  }

  /// From 4 or 16 bytes in network order.
  public init?(bytes: some Collection<UInt8>) {
    switch bytes.count {
    case 4: self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
    case 16: self = .v6(bytes.reduce(0) { $0 << 8 | UInt128($1) })
    default: return nil
    }
  }

  public init?(number: UInt128, family: Family) {
    switch family {
    case .v4:
      guard let small = UInt32(exactly: number) else { return nil }
      self = .v4(small)
    case .v6: self = .v6(number)
    }
  }

  public var family: Family {
    switch self {
    case .v4: .v4
    case .v6: .v6
    }
  }

  public var number: UInt128 {
    switch self {
    case .v4(let number): UInt128(number)
    case .v6(let number): number
    }
  }

  /// In network order.
  public var bytes: [UInt8] {
    switch self {
    case .v4(let number): withUnsafeBytes(of: number.bigEndian) { Array($0) }
    case .v6(let number): withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
  }

  /// `0.0.0.0` or `::`
  public var isUnspecified: Bool { number == 0 }

  /// 127.0.0.0/8 or ::1
  public var isLoopback: Bool {
    switch self {
    case .v4(let number): number >> 24 == 127
    case .v6(let number): number == 1
    }
  }

  /// 169.254.0.0/16 or fe80::/10
  public var isLinkLocal: Bool {
    switch self {
    case .v4(let number): number >> 16 == 0xa9fe
    case .v6(let number): number >> 118 == 0x3fa
    }
  }

  /// The same address `offset` further on, unless that lies outside the family's range.
  public func advanced(by offset: UInt128) -> IPAddress? {
    let (sum, overflow) = number.addingReportingOverflow(offset)
    return overflow ? nil : IPAddress(number: sum, family: family)
  }
}

extension IPAddress: CustomStringConvertible {
  /// inet_ntop(3), so IPv6 in the short form of RFC 5952.
  public var description: String {
    var source = bytes
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(Int32(family.rawValue), &source, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// As written in front of a port: IPv6 in brackets.
  public var hostText: String { family == .v6 ? "[\(self)]" : description }
}

extension IPAddress: Comparable {
  public static func < (left: IPAddress, right: IPAddress) -> Bool {
    (left.family.rawValue, left.number) < (right.family.rawValue, right.number)
  }
}

extension IPAddress: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let address = IPAddress(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\(text) is not an IP address"))
    }
    self = address
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
