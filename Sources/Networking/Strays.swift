import Diagnostics
import Glibc
import Linux

// What is in the kernel and belongs to nobody: left by a network or container whose files were lost, not by a command
// that was killed, for those are written down before anything is made. What is used is not left over: it is that of a
// Davit with another data folder.
extension NetworkStack {
  /// Bridges that Davit made, by their alias, for networks that are none of these, and on which no container stands.
  public func strayBridges(besides known: [BridgeDefinition]) throws(Failure) -> [String] {
    try Failure.translating { try others(than: known).filter { !$0.isUsed }.map(\.link.name).sorted() }
  }

  private func others(than known: [BridgeDefinition]) throws(NetlinkError) -> [(link: LinkStatus, isUsed: Bool)] {
    let names = Set(known.map(\.interface))
    let links = try kernel.list(Rtnetlink.getLink()).compactMap(LinkStatus.init)
    return links.filter {
      $0.kind == "bridge" && $0.alias.hasPrefix(BridgeDefinition.aliasPrefix) && !names.contains($0.name)
    }.map { link in (link, links.contains { $0.master == link.index }) }
  }

  public func removeStrayBridge(_ name: String) throws(Failure) {
    try Failure.translating {
      _ = try unless(ENODEV) { () throws(NetlinkError) in try kernel.route([Rtnetlink.deleteLink(name)]) }
    }
  }

  /// How many elements of the port maps publish none of these, and nothing of networks that are none of these either.
  public func strayPublications(
    besides known: [PublishedPort], on networks: [BridgeDefinition]
  ) throws(Failure) -> Int {
    try Failure.translating { try strays(besides: known, on: networks).reduce(0) { $0 + $1.elements.count } }
  }

  public func removeStrayPublications(
    besides known: [PublishedPort], on networks: [BridgeDefinition]
  ) throws(Failure) {
    try Failure.translating {
      for removal in try strays(besides: known, on: networks).flatMap(\.removals) {
        _ = try unless(ENOENT) { () throws(NetlinkError) in try kernel.firewall([removal]) }
      }
    }
  }

  private func strays(
    besides known: [PublishedPort], on networks: [BridgeDefinition]
  ) throws(NetlinkError) -> [SetElements] {
    let used = try others(than: networks).filter(\.isUsed).map(\.link.index)
    let foreign =
      used.isEmpty
      ? []
      : try kernel.list(Rtnetlink.getAddresses()).compactMap(AddressStatus.init)
        .filter { used.contains($0.index) }.map(\.address.subnet)
    let wanted = PublishedPort.elements(of: known)
    var found: [SetElements] = []
    for set in [FirewallTable.any4, FirewallTable.any6, FirewallTable.at4, FirewallTable.at6] {
      let own = Set(wanted.filter { $0.set == set }.flatMap(\.elements))
      let strays = try elements(in: set).filter { element in
        // The port behind the address takes a word.
        let target = IPAddress(bytes: element.value.dropLast(4))
        return !own.contains(element) && !foreign.contains { subnet in target.map(subnet.contains) ?? false }
      }
      if !strays.isEmpty { found.append(SetElements(set: set, elements: strays)) }
    }
    return found
  }
}
