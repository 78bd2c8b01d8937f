import Diagnostics
import Glibc
import Linux

// What is in the kernel and belongs to nobody: left by a network or container whose files were lost, not by a command
// that was killed, for those are written down before anything is made.
extension NetworkStack {
  /// Bridges that Davit made, by their alias, for networks that are none of these.
  public func strayBridges(besides known: [BridgeDefinition]) throws(Failure) -> [String] {
    let names = Set(known.map(\.interface))
    return try Failure.translating {
      try Self.interfaceNames().filter { !names.contains($0) }.filter { name in
        guard let link = try self.link(name) else { return false }
        return link.kind == "bridge" && link.alias.hasPrefix(BridgeDefinition.aliasPrefix)
      }
    }
  }

  public func removeStrayBridge(_ name: String) throws(Failure) {
    try Failure.translating {
      _ = try unless(ENODEV) { () throws(NetlinkError) in try kernel.route([Rtnetlink.deleteLink(name)]) }
    }
  }

  /// How many elements of the port maps publish none of these.
  public func strayPublications(besides known: [PublishedPort]) throws(Failure) -> Int {
    try Failure.translating { try strays(besides: known).reduce(0) { $0 + $1.elements.count } }
  }

  public func removeStrayPublications(besides known: [PublishedPort]) throws(Failure) {
    try Failure.translating {
      for removal in try strays(besides: known).flatMap(\.removals) {
        _ = try unless(ENOENT) { () throws(NetlinkError) in try kernel.firewall([removal]) }
      }
    }
  }

  private func strays(besides known: [PublishedPort]) throws(NetlinkError) -> [SetElements] {
    let wanted = PublishedPort.elements(of: known)
    var found: [SetElements] = []
    for set in [FirewallTable.any4, FirewallTable.any6, FirewallTable.at4, FirewallTable.at6] {
      let own = Set(wanted.filter { $0.set == set }.flatMap(\.elements))
      let strays = try elements(in: set).filter { !own.contains($0) }
      if !strays.isEmpty { found.append(SetElements(set: set, elements: strays)) }
    }
    return found
  }

  /// In the network namespace of this process.
  private static func interfaceNames() -> [String] {
    guard let list = if_nameindex() else { return [] }
    defer { if_freenameindex(list) }
    var names: [String] = []
    var place = list
    while place.pointee.if_index != 0, let name = place.pointee.if_name {
      names.append(String(cString: name))
      place += 1
    }
    return names.sorted()
  }
}
