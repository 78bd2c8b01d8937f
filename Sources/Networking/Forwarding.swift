import Diagnostics
import Linux

extension NetworkStack {
  /// Packets between a bridge and the world need the host to forward. Where that is off it is switched on, and said so: the
  /// host then also forwards between its other interfaces, unless its own firewall keeps it from that.
  func switchOnForwarding(for bridge: BridgeDefinition) throws -> [Warning] {
    guard !bridge.isInternal else { return [] }
    var warnings: [Warning] = []
    if bridge.gateway(.v4) != nil, kernel.setting("ipv4/ip_forward") == "0" {
      try kernel.set("ipv4/ip_forward", to: "1")
      warnings.append(
        Warning(
          "IPv4 forwarding was off and has been switched on (net.ipv4.ip_forward=1), because containers need it; "
            + "this machine now forwards between its other interfaces too, unless its firewall forbids it"))
    }
    if bridge.gateway(.v6) != nil, kernel.setting("ipv6/conf/all/forwarding") == "0" {
      try keepRouterAdvertisements()
      try kernel.set("ipv6/conf/all/forwarding", to: "1")
      warnings.append(
        Warning(
          "IPv6 forwarding was off and has been switched on (net.ipv6.conf.all.forwarding=1), because containers need "
            + "it; this machine now forwards between its other interfaces too, unless its firewall forbids it"))
    }
    return warnings
  }

  /// A host that forwards stops learning its own default route from router advertisements, unless accept_ra is 2
  /// (Documentation/networking/ip-sysctl.rst).
  private func keepRouterAdvertisements() throws {
    for link in try kernel.list(Rtnetlink.getLink()).compactMap(LinkStatus.init) {
      let name = "ipv6/conf/\(link.name)/accept_ra"
      if kernel.setting(name) == "1" { try kernel.set(name, to: "2") }
    }
  }

  /// What other firewall tables do to forwarded packets. An `accept` of Davit's does not overrule them, and Davit does not
  /// change them: the person decides.
  func hostPolicyWarnings(for bridge: BridgeDefinition) throws -> [Warning] {
    guard !bridge.isInternal else { return [] }
    return HostPolicy.warnings(
      chains: try kernel.firewallList(Nftables.getChains()).compactMap(ChainStatus.init),
      legacy: [.v4, .v6].filter { bridge.gateway($0) != nil && kernel.hasLegacyDrop($0) }, bridge: bridge)
  }
}

/// What the firewalls of other programs mean for containers.
enum HostPolicy {
  /// - Parameter legacy: families whose older firewall drops forwarded packets.
  static func warnings(
    chains: [ChainStatus], legacy: [IPAddress.Family], bridge: BridgeDefinition
  ) -> [Warning] {
    let forward = Nftables.Hook.Number.forward.rawValue
    var warnings = legacy.map { family in
      let program = family == .v4 ? "iptables-legacy" : "ip6tables-legacy"
      return warning("\(program), chain FORWARD", bridge, remedy(program, bridge))
    }
    for chain in chains where chain.hook == forward && chain.dropsByPolicy && chain.table != FirewallTable.name {
      guard let family = familyName(chain.family), bridge.uses(chain.family) else { continue }
      let place = "table \(family) \(chain.table), chain \(chain.name)"
      let isIptables = chain.table == "filter" && chain.name == "FORWARD"
      let program = family == "ip6" ? "ip6tables" : "iptables"
      warnings.append(
        warning(
          place, bridge,
          isIptables
            ? remedy(program, bridge)
            : "nft insert rule \(family) \(chain.table) \(chain.name) iifname \(bridge.interface) accept and the same "
              + "with oifname"))
    }
    if chains.contains(where: { $0.table == "firewalld" }) {
      warnings.append(
        Warning(
          "firewalld filters forwarded packets of zones it does not know; allow network \(bridge.networkName): "
            + "firewall-cmd --permanent --zone=trusted --add-interface=\(bridge.interface)"))
    }
    return warnings
  }

  private static func warning(_ place: String, _ bridge: BridgeDefinition, _ remedy: String) -> Warning {
    Warning(
      "another firewall drops forwarded packets (\(place)), so containers of network \(bridge.networkName) may "
        + "neither reach the world nor be reached; allow them there: \(remedy)")
  }

  private static func remedy(_ program: String, _ bridge: BridgeDefinition) -> String {
    "\(program) -I FORWARD -i \(bridge.interface) -j ACCEPT and the same with -o \(bridge.interface)"
  }

  private static func familyName(_ family: UInt8) -> String? {
    switch family {
    case Nftables.Family.inet.rawValue: "inet"
    case Nftables.Family.ipv4.rawValue: "ip"
    case Nftables.Family.ipv6.rawValue: "ip6"
    default: nil
    }
  }
}

extension BridgeDefinition {
  fileprivate func uses(_ family: UInt8) -> Bool {
    switch family {
    case Nftables.Family.ipv4.rawValue: gateway(.v4) != nil
    case Nftables.Family.ipv6.rawValue: gateway(.v6) != nil
    default: true
    }
  }
}
