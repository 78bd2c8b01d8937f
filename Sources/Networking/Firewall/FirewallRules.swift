import Linux

extension FirewallTable {
  /// A chain comes before those that jump to it.
  static let chains = [
    Chain(name: "publish4", hook: nil, rules: replicas(in: at4) + replicas(in: any4)),
    Chain(name: "publish6", hook: nil, rules: replicas(in: at6) + replicas(in: any6)),
    Chain(
      name: "guard", hook: .init(.filter, .prerouting, priority: -300),
      rules: [
        from(bridges) + destination4(loopbackNetwork) + [.verdict(.drop)],
        from(bridges) + source4(loopbackNetwork) + [.verdict(.drop)],
      ]),
    Chain(
      name: "arriving", hook: .init(.nat, .prerouting, priority: -100),
      rules: [
        elsewhere + [.verdict(.leave)],
        destination4(loopbackNetwork) + [.verdict(.leave)],
        isFamily(.ipv4) + [.verdict(.jump("publish4"))],
        isFamily(.ipv6) + [.verdict(.jump("publish6"))],
      ]),
    Chain(
      name: "local", hook: .init(.nat, .output, priority: -100),
      rules: [
        elsewhere + [.verdict(.leave)],
        // The kernel sends nothing from ::1 to another interface: the shim's own socket answers there.
        isFamily(.ipv6) + [.payload(.network, offset: 24, length: 16, to: 1), .compare(1, IPAddress.loopback6.bytes)]
          + [.verdict(.leave)],
        isFamily(.ipv4) + [.verdict(.jump("publish4"))],
        isFamily(.ipv6) + [.verdict(.jump("publish6"))],
      ]),
    Chain(
      name: "leaving", hook: .init(.nat, .postrouting, priority: 100),
      rules: [
        to(bridges) + source4(loopbackNetwork) + [.masquerade],
        to(bridges) + source(in: sources4) + published + [.masquerade],
        to(bridges) + source(in: sources6) + published + [.masquerade],
        to(bridges) + [.verdict(.leave)],
        source(in: sources4) + [.masquerade],
        source(in: sources6) + [.masquerade],
      ]),
    Chain(
      name: "forwarding", hook: .init(.filter, .forward, priority: 0),
      rules: [
        [.connection(.state, to: 1)] + NftExpression.anyBit(1, of: established | related) + [.verdict(.accept)],
        [.meta(.inputInterfaceName, to: 1), .meta(.outputInterfaceName, to: 2), .lookup(1, in: inside.name)]
          + [.verdict(.accept)],
        from(internals) + [.verdict(.drop)],
        to(internals) + [.verdict(.drop)],
        to(bridges) + published + [.verdict(.accept)],
        to(bridges) + [.verdict(.drop)],
      ]),
  ]

  private static let loopbackNetwork: [UInt8] = [127]
  private static let established: UInt32 = 1 << 1
  private static let related: UInt32 = 1 << 2

  private static func isFamily(_ family: Nftables.Family) -> [NftExpression] {
    [.meta(.networkProtocol, to: 1), .compare(1, [family.rawValue])]
  }

  private static func destination4(_ prefix: [UInt8]) -> [NftExpression] {
    isFamily(.ipv4) + [.payload(.network, offset: 16, length: UInt32(prefix.count), to: 1), .compare(1, prefix)]
  }

  private static func source4(_ prefix: [UInt8]) -> [NftExpression] {
    isFamily(.ipv4) + [.payload(.network, offset: 12, length: UInt32(prefix.count), to: 1), .compare(1, prefix)]
  }

  private static func source(in set: Nftables.SetDefinition) -> [NftExpression] {
    set.key == [.ipv4Address]
      ? isFamily(.ipv4) + [.payload(.network, offset: 12, length: 4, to: 1), .lookup(1, in: set.name)]
      : isFamily(.ipv6) + [.payload(.network, offset: 8, length: 16, to: 1), .lookup(1, in: set.name)]
  }

  private static func from(_ set: Nftables.SetDefinition) -> [NftExpression] {
    [.meta(.inputInterfaceName, to: 1), .lookup(1, in: set.name)]
  }

  private static func to(_ set: Nftables.SetDefinition) -> [NftExpression] {
    [.meta(.outputInterfaceName, to: 1), .lookup(1, in: set.name)]
  }

  /// The destination is an address of another machine. RTN_LOCAL is 2, in the machine's order.
  private static let elsewhere: [NftExpression] = [
    .destinationType(to: 1), .compare(1, equal: false, withUnsafeBytes(of: UInt32(2)) { Array($0) }),
  ]

  /// IPS_DST_NAT: the connection was led here by a published port.
  private static let published = [.connection(.status, to: 1)] + NftExpression.anyBit(1, of: 1 << 5)
}

// Replicas behind one port.
extension FirewallTable {
  /// How many replicas one host port may have.
  static let slots: UInt32 = 32

  /// Rules that lead a new connection to one of the replicas of a port. They draw slots among all, then among ever fewer of
  /// the lowest, as replicas take the lowest free one; then they go through the first in order, so that a port with few
  /// replicas always finds one. A draw that hits no element goes on with the next rule. Each replica is one element that is
  /// added and removed without a look at the others.
  private static func replicas(in map: Nftables.SetDefinition) -> [[NftExpression]] {
    let drawn = stride(from: 5, through: 1, by: -1).flatMap { [UInt32(1) << $0, UInt32(1) << $0] }
    return drawn.map { look(in: map, modulus: $0, offset: 0) } + (0..<8).map { look(in: map, modulus: 1, offset: $0) }
  }

  private static func look(in map: Nftables.SetDefinition, modulus: UInt32, offset: UInt32) -> [NftExpression] {
    let isIPv4 = map.value[0] == .ipv4Address
    let bound = map.key.count == 4
    var rule: [NftExpression] = []
    // The parts of the key stand one after the other from register 1 on, which is 8 in words of four bytes.
    var word: UInt32 = 8
    if bound {
      let length: UInt32 = isIPv4 ? 4 : 16
      rule = isFamily(isIPv4 ? .ipv4 : .ipv6) + [.payload(.network, offset: isIPv4 ? 16 : 24, length: length, to: 1)]
      word += length / 4
    }
    func register(_ word: UInt32) -> UInt32 { word % 4 == 0 ? word / 4 - 1 : word }
    rule += [
      .meta(.transportProtocol, to: register(word)),
      .payload(.transport, offset: 2, length: 2, to: register(word + 1)),
      .random(modulus: modulus, offset: offset, to: register(word + 2)),
      .lookup(1, in: map.name, value: 1),
      .destinationNAT(isIPv4 ? .ipv4 : .ipv6, address: 1, port: isIPv4 ? 9 : 2),
    ]
    return rule
  }
}
