import Linux

/// Davit's own firewall table, `inet davit`: made once, and from then on only the elements of its sets and maps change.
/// No other table is touched, and what another table drops stays dropped.
///
/// The path of a packet:
/// - `guard` keeps the loopback network out of reach of containers although route_localnet is on for their bridges
///   (cf. CVE-2020-8558).
/// - `arriving` and `local` lead published ports to containers, for other machines and for this one. A port that is
///   published on 127.0.0.1 only is never looked for on a packet that arrives from outside.
/// - `forwarding` lets through what a connection or a published port asked for; bridges do not reach each other.
/// - `leaving` gives outbound connections the host's address, and those that come back to a bridge through a published
///   port (hairpin) the bridge's.
enum FirewallTable {
  static let name = "davit"
  static let family = Nftables.Family.inet
  /// Changes with every change of the rules below, so that an older table is recognised.
  static let version = "davit ruleset 1"

  /// For the failure on a kernel that cannot make it.
  static let needs =
    "networks need Linux 5.2 or newer with nf_tables and its parts nat, masq, fib (inet), ct and numgen (`modprobe nf_tables "
    + "nft_nat nft_masq nft_fib_inet nft_ct nft_numgen`)"

  /// Names of bridges: all, internal ones, and pairs (the same twice) between which forwarding is allowed.
  static let bridges = Nftables.SetDefinition("bridges", key: [.interfaceName])
  static let internals = Nftables.SetDefinition("internal", key: [.interfaceName])
  static let inside = Nftables.SetDefinition("inside", key: [.interfaceName, .interfaceName])
  /// Subnets whose outbound connections get the host's address.
  static let sources4 = Nftables.SetDefinition("sources4", key: [.ipv4Address], isInterval: true)
  static let sources6 = Nftables.SetDefinition("sources6", key: [.ipv6Address], isInterval: true)
  /// Published ports of one address, and of every address of this machine. The number at the end of a key is the slot of a
  /// replica.
  static let at4 = publications("at4", .v4, bound: true)
  static let at6 = publications("at6", .v6, bound: true)
  static let any4 = publications("any4", .v4, bound: false)
  static let any6 = publications("any6", .v6, bound: false)

  private static func publications(
    _ name: String, _ family: IPAddress.Family, bound: Bool
  ) -> Nftables.SetDefinition {
    let address = family == .v4 ? Nftables.DataType.ipv4Address : .ipv6Address
    let destination = family == .v4 ? Nftables.TypeOf.destination4 : .destination6
    return Nftables.SetDefinition(
      name, key: (bound ? [address] : []) + [.protocolNumber, .portNumber, .integer], value: [address, .portNumber],
      notation: (
        key: (bound ? [destination] : []) + [.transportProtocol, .destinationPort, .random(modulus: slots)],
        value: [destination, .destinationPort]
      ))
  }

  static let sets = [bridges, internals, inside, sources4, sources6, at4, at6, any4, any6]

  /// Everything, for an empty place.
  static func creation() -> [NetlinkMessage] {
    var messages = [Nftables.newTable(name, family, comment: version)]
    for (index, set) in sets.enumerated() {
      messages.append(Nftables.newSet(set, of: name, family, id: UInt32(index + 1)))
    }
    for chain in chains {
      messages.append(Nftables.newChain(chain.name, of: name, family, hook: chain.hook))
    }
    for chain in chains {
      for rule in chain.rules { messages.append(Nftables.newRule(rule, in: chain.name, of: name, family)) }
    }
    return messages
  }

  struct Chain {
    var name: String
    var hook: Nftables.Hook?
    var rules: [[NftExpression]]
  }
}
