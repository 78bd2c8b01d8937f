import Diagnostics
import Glibc
import Linux

extension NetworkStack {
  /// Whether the firewall has the bridge, and so the table with it: one question.
  func isGuarded(_ bridge: BridgeDefinition) throws(NetlinkError) -> Bool {
    let question = Nftables.getElement(
      bridge.bridgeElement, in: FirewallTable.bridges.name, of: FirewallTable.name, FirewallTable.family)
    do { return try !kernel.firewallQuery(question).isEmpty } catch  where error.errno == ENOENT { return false }
  }

  func guardBridge(_ bridge: BridgeDefinition) throws {
    try renewTable()
    try change(bridge.firewallElements.flatMap(\.additions))
  }

  /// Replaces a table that another version of Davit made, its elements kept, in one transaction.
  private func renewTable() throws {
    let question = Nftables.getTable(FirewallTable.name, FirewallTable.family)
    let tables = try unless(ENOENT) { () throws(NetlinkError) in try kernel.firewallQuery(question) }
    guard let table = tables?.first, Nftables.comment(of: table) != FirewallTable.version else { return }
    var kept: [NetlinkMessage] = []
    for set in FirewallTable.sets {
      // A set of the same name with another shape is one whose meaning changed: it begins anew.
      let fitting = try elements(in: set).filter { set.fits($0) }
      kept += SetElements(set: set, elements: fitting).additions
    }
    try kernel.firewall(
      [Nftables.deleteTable(FirewallTable.name, FirewallTable.family)] + FirewallTable.creation() + kept)
  }

  func unguardBridge(_ bridge: BridgeDefinition) throws {
    try remove(bridge.firewallElements)
  }

  /// Whether the bridge is in use and the firewall does not know it: somebody flushed the firewall.
  public func hasLostGuard(_ bridge: BridgeDefinition) throws(Failure) -> Bool {
    if bridge.direct != nil { return false }
    return try Failure.translating { try !isGuarded(bridge) && link(bridge.interface)?.isUp == true }
  }

  /// Gives the bridge its firewall entries back, and the containers on it their published ports.
  public func restoreGuard(_ bridge: BridgeDefinition, publishing ports: [PublishedPort]) throws(Failure) {
    try Failure.translating { try guardBridge(bridge) }
    try publish(ports)
  }

  /// Publishes ports in one transaction. What is published already stays; an element that a dead container left in the
  /// same place is replaced.
  public func publish(_ ports: [PublishedPort]) throws(Failure) {
    guard !ports.isEmpty else { return }
    try Failure.translating {
      let sets = PublishedPort.elements(of: ports)
      let additions = sets.flatMap(\.additions)
      defer { forgetStaleFlows(of: ports) }
      if try unless(EEXIST, { () throws(NetlinkError) in try change(additions) }) != nil { return }
      var stale: [NetlinkMessage] = []
      for wanted in sets {
        let values = Dictionary(wanted.elements.map { ($0.key, $0.value) }) { $1 }
        let others = try elements(in: wanted.set).filter { values[$0.key] != nil && values[$0.key] != $0.value }
        stale += SetElements(set: wanted.set, elements: others).removals
      }
      try change(stale + additions)
    }
  }

  /// Leads ports to new places and away from old ones in one transaction: whoever connects meanwhile reaches one or the
  /// other.
  public func move(from old: [PublishedPort], to new: [PublishedPort]) throws(Failure) {
    try Failure.translating {
      var changes: [NetlinkMessage] = []
      for wanted in PublishedPort.elements(of: old) {
        let present = Set(try elements(in: wanted.set))
        let there = wanted.elements.filter { present.contains($0) }
        changes += SetElements(set: wanted.set, elements: there).removals
      }
      for wanted in PublishedPort.elements(of: new) {
        let present = Set(try elements(in: wanted.set))
        let absent = wanted.elements.filter { !present.contains($0) }
        changes += SetElements(set: wanted.set, elements: absent).additions
      }
      if !changes.isEmpty { try change(changes) }
    }
    forgetStaleFlows(of: old + new)
  }

  /// Whether the firewall leads this port to this container: false when somebody flushed the firewall, for example.
  public func isPublished(_ port: PublishedPort) throws(Failure) -> Bool {
    try Failure.translating {
      let question = Nftables.getElement(
        port.element, in: port.set.name, of: FirewallTable.name, FirewallTable.family)
      let replies = try unless(ENOENT) { () throws(NetlinkError) in try kernel.firewallQuery(question) }
      return replies?.flatMap(Nftables.elements).contains { $0.value == port.element.value } ?? false
    }
  }

  /// Takes ports back in one transaction. What is gone already, or leads to another container by now, is left alone.
  public func unpublish(_ ports: [PublishedPort]) throws(Failure) {
    try Failure.translating { try remove(PublishedPort.elements(of: ports)) }
    forgetStaleFlows(of: ports)
  }

  /// Datagrams for a NETLINK_NETFILTER socket that take these ports back, one batch for each, so that one that is gone
  /// does not keep the others. To be sent by the shim at the container's end, whatever was added meanwhile: the container's
  /// claim on its slots (`PortClaims`) ends only after that.
  public static func exitNetlink(_ ports: [PublishedPort]) -> [[UInt8]] {
    ports.map { port in
      NetlinkMessage.encoded(
        Nftables.batch(SetElements(set: port.set, elements: [port.element]).removals), from: 1)
    }
  }

  /// Applies changes, making the table first where it is missing.
  private func change(_ changes: [NetlinkMessage]) throws(NetlinkError) {
    if try unless(ENOENT, { () throws(NetlinkError) in try kernel.firewall(changes) }) != nil { return }
    let made: Void? = try unless(EEXIST) { () throws(NetlinkError) in
      do throws(NetlinkError) { try kernel.firewall(FirewallTable.creation() + changes) } catch {
        var error = error
        // A part that the kernel lacks is reported as missing or as not supported.
        if [ENOENT, EOPNOTSUPP, EPROTONOSUPPORT, EAFNOSUPPORT].contains(error.errno) {
          error.hint = FirewallTable.needs
        }
        throw error
      }
    }
    // Another command made it meanwhile, or an element is in the way.
    if made == nil { try kernel.firewall(changes) }
  }

  /// Removes the elements that are there with these values.
  private func remove(_ sets: [SetElements]) throws(NetlinkError) {
    var removals: [NetlinkMessage] = []
    for wanted in sets {
      let present = Set(try elements(in: wanted.set))
      let found = wanted.elements.filter { present.contains($0) }
      removals += SetElements(set: wanted.set, elements: found).removals
    }
    guard !removals.isEmpty else { return }
    if try unless(ENOENT, { () throws(NetlinkError) in try kernel.firewall(removals) }) != nil { return }
    // Some went between the look and the removal: one by one.
    for removal in removals { _ = try unless(ENOENT) { () throws(NetlinkError) in try kernel.firewall([removal]) } }
  }

  func elements(in set: Nftables.SetDefinition) throws(NetlinkError) -> [Nftables.Element] {
    let request = Nftables.getElements(in: set.name, of: FirewallTable.name, FirewallTable.family)
    return try unless(ENOENT) { () throws(NetlinkError) in try kernel.firewallList(request) }?
      .flatMap(Nftables.elements) ?? []
  }
}
