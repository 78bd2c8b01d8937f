import Linux
import Spec

// Which elements of the firewall's sets stand for what.

extension Nftables.Element {
  static func interface(_ name: String) -> [UInt8] {
    Array(name.utf8.prefix(15)) + [UInt8](repeating: 0, count: 16 - min(name.utf8.count, 15))
  }

  /// The two ends of a block. The end that lies beyond the last address of all is left out.
  static func range(_ subnet: Subnet) -> [Nftables.Element] {
    let start = Nftables.Element(key: subnet.base.bytes)
    guard let next = subnet.last.advanced(by: 1) else { return [start] }
    return [start, Nftables.Element(key: next.bytes, isIntervalEnd: true)]
  }
}

/// Elements of one set.
struct SetElements: Hashable {
  var set: Nftables.SetDefinition
  var elements: [Nftables.Element]

  var additions: [NetlinkMessage] {
    parts.map { Nftables.newElements($0, in: set.name, of: FirewallTable.name, FirewallTable.family) }
  }

  var removals: [NetlinkMessage] {
    parts.map { Nftables.deleteElements($0, in: set.name, of: FirewallTable.name, FirewallTable.family) }
  }

  /// The length of an attribute, here of the list of elements, is a number of 16 bits.
  private var parts: [[Nftables.Element]] {
    stride(from: 0, to: elements.count, by: 400).map { Array(elements[$0..<min($0 + 400, elements.count)]) }
  }
}

extension BridgeDefinition {
  var bridgeElement: Nftables.Element { .init(key: Nftables.Element.interface(interface)) }

  /// What the firewall knows of the bridge.
  var firewallElements: [SetElements] {
    var sets = [SetElements(set: FirewallTable.bridges, elements: [bridgeElement])]
    if isInternal { sets.append(SetElements(set: FirewallTable.internals, elements: [bridgeElement])) }
    if allowsIntercontainer {
      let pair = Nftables.Element(key: bridgeElement.key + bridgeElement.key)
      sets.append(SetElements(set: FirewallTable.inside, elements: [pair]))
    }
    if masquerades, !isInternal {
      for subnet in subnets {
        let set = subnet.family == .v4 ? FirewallTable.sources4 : FirewallTable.sources6
        sets.append(SetElements(set: set, elements: Nftables.Element.range(subnet)))
      }
    }
    return sets
  }
}

extension PublishedPort {
  var set: Nftables.SetDefinition {
    switch (hostAddress.family, hostAddress.isUnspecified) {
    case (.v4, true): FirewallTable.any4
    case (.v4, false): FirewallTable.at4
    case (.v6, true): FirewallTable.any6
    case (.v6, false): FirewallTable.at6
    }
  }

  var element: Nftables.Element {
    func network(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
    var key = [[transport.protocolNumber], network(hostPort), withUnsafeBytes(of: slot) { Array($0) }]
    if !hostAddress.isUnspecified { key.insert(hostAddress.bytes, at: 0) }
    return Nftables.Element(
      key: Nftables.Element.joined(key),
      value: Nftables.Element.joined([containerAddress.bytes, network(containerPort)]))
  }

  /// By set, so that each set needs one message.
  static func elements(of ports: [PublishedPort]) -> [SetElements] {
    var sets: [SetElements] = []
    for port in ports {
      if let index = sets.firstIndex(where: { $0.set == port.set }) {
        sets[index].elements.append(port.element)
      } else {
        sets.append(SetElements(set: port.set, elements: [port.element]))
      }
    }
    return sets
  }
}

extension PortSpec.Transport {
  /// IPPROTO_*
  var protocolNumber: UInt8 {
    switch self {
    case .tcp: 6
    case .udp: 17
    case .sctp: 132
    }
  }
}
