/// A block of addresses: `172.18.0.0/16`. Host bits are always zero.
public struct Subnet: Hashable, Sendable {
  /// The lowest address of the block.
  public let base: IPAddress
  public let prefixLength: Int

  public var family: IPAddress.Family { base.family }

  /// The block of `prefixLength` around `address`; `nil` where the length is impossible.
  public init?(containing address: IPAddress, prefixLength: Int) {
    guard (0...address.family.bits).contains(prefixLength) else { return nil }
    let mask = Subnet.hostMask(address.family, prefixLength)
    guard let base = IPAddress(number: address.number & ~mask, family: address.family) else { return nil }
    self.base = base
    self.prefixLength = prefixLength
  }

  /// Reads `address/length`. Host bits that are set are cleared.
  public init?(_ text: some StringProtocol) {
    guard let interface = InterfaceAddress(text) else { return nil }
    self = interface.subnet
  }

  private static func hostMask(_ family: IPAddress.Family, _ prefixLength: Int) -> UInt128 {
    let hostBits = family.bits - prefixLength
    return hostBits == 128 ? .max : (1 << UInt128(hostBits)) - 1
  }

  /// The highest address; the broadcast address in IPv4.
  public var last: IPAddress {
    IPAddress(number: base.number | Subnet.hostMask(family, prefixLength), family: family)!
  }

  public func contains(_ address: IPAddress) -> Bool {
    address.family == family && base <= address && address <= last
  }

  public func contains(_ other: Subnet) -> Bool {
    other.prefixLength >= prefixLength && contains(other.base)
  }

  public func overlaps(_ other: Subnet) -> Bool { contains(other) || other.contains(self) }
}

extension Subnet: CustomStringConvertible {
  public var description: String { "\(base)/\(prefixLength)" }
}

/// An address as it stands on an interface, with the length of its network's prefix: `172.18.0.2/16`.
public struct InterfaceAddress: Hashable, Sendable, CustomStringConvertible {
  public var address: IPAddress
  public var prefixLength: Int

  public init(_ address: IPAddress, in subnet: Subnet) {
    self.address = address
    self.prefixLength = subnet.prefixLength
  }

  /// Reads `address/length`, or an address alone, which stands for itself only.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(first), parts.count <= 2 else { return nil }
    self.address = address
    self.prefixLength = address.family.bits
    if parts.count == 2 {
      guard let length = Int(parts[1]), (0...address.family.bits).contains(length) else { return nil }
      self.prefixLength = length
    }
  }

  public var subnet: Subnet { Subnet(containing: address, prefixLength: prefixLength)! }
  public var description: String { "\(address)/\(prefixLength)" }
}
