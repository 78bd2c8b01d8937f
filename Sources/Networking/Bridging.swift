import Diagnostics
import Glibc
import Linux

// Bridges: what is asked of the kernel for one, and when.

extension BridgeDefinition {
  /// What people see in `ip link`; also how Davit knows a bridge as its own.
  static let aliasPrefix = "davit network "
  var alias: String { Self.aliasPrefix + networkName }

  /// First, on a bridge that may be there already, down: identity and addresses come after its settings.
  var creation: [NetlinkMessage] {
    [.newBridge(self), Rtnetlink.setAlias(alias, of: interface), Rtnetlink.getLink(interface)]
  }

  /// Settings below /proc/sys/net. IPv6 is off on a bridge without IPv6; with it, Davit's addresses need no duplicate
  /// detection. 127.0.0.1 reaches published ports only with route_localnet, which the firewall's `guard` makes safe.
  var settings: [(name: String, value: String)] {
    var settings: [(String, String)] = []
    if gateway(.v6) == nil {
      settings.append(("ipv6/conf/\(interface)/disable_ipv6", "1"))
    } else {
      settings.append(("ipv6/conf/\(interface)/disable_ipv6", "0"))
      settings.append(("ipv6/conf/\(interface)/accept_dad", "0"))
      settings.append(("ipv6/conf/\(interface)/accept_ra", "0"))
    }
    if gateway(.v4) != nil, !isInternal { settings.append(("ipv4/conf/\(interface)/route_localnet", "1")) }
    return settings
  }

  /// Last: the bridge is up only once it is complete.
  func completion(index: Int32) -> [NetlinkMessage] {
    gateways.map { Rtnetlink.newAddress($0, index: index, name: interface) } + [Rtnetlink.setUp(interface)]
  }
}

extension NetlinkMessage {
  fileprivate static func newBridge(_ bridge: BridgeDefinition) -> NetlinkMessage {
    Rtnetlink.newBridge(bridge.interface, macAddress: bridge.macAddress, mtu: bridge.mtu)
  }
}

extension NetworkStack {
  /// Makes the bridge, its addresses, settings and firewall entries, or leaves all alone where they are right (then it
  /// asks two questions and writes nothing).
  /// - Returns: what a person should know: forwarding was switched on, another firewall drops forwarded packets.
  public func ensureBridge(_ bridge: BridgeDefinition) throws(Failure) -> [Warning] {
    do throws(Failure) {
      return try Failure.translating {
        if bridge.direct != nil {
          try ensureParent(bridge)
          return []
        }
        let link = try self.link(bridge.interface)
        let guarded = try isGuarded(bridge)
        let isOwn = !bridge.hasChosenName || link?.alias == bridge.alias
        if let link, link.isUp, guarded, isOwn {
          remember(link)
          return []
        }
        if let link { try requireUsable(link, for: bridge) }
        // Before the bridge exists there is nothing that could reach it unguarded.
        if !guarded { try guardBridge(bridge) }
        do {
          var warnings = try switchOnForwarding(for: bridge)
          if link?.isUp != true || !isOwn { remember(try make(bridge, existing: link)) }
          warnings += try hostPolicyWarnings(for: bridge)
          return warnings
        } catch {
          if !guarded { try? unguardBridge(bridge) }
          throw error
        }
      }
    } catch { throw error.about("network \(bridge.networkName)") }
  }

  private func requireUsable(_ existing: LinkStatus, for bridge: BridgeDefinition) throws(Failure) {
    let hint = "choose another name with com.docker.network.bridge.name"
    guard existing.kind == "bridge" else {
      throw Failure(.conflict, "the interface \(bridge.interface) exists and is no bridge", hint: hint)
    }
    let prefix = BridgeDefinition.aliasPrefix
    if existing.alias.hasPrefix(prefix), existing.alias != bridge.alias {
      throw Failure(
        .conflict, "the bridge \(bridge.interface) belongs to network \(existing.alias.dropFirst(prefix.count))",
        hint: hint)
    }
  }

  private func make(_ bridge: BridgeDefinition, existing: LinkStatus?) throws -> LinkStatus {
    let link: LinkStatus
    if let existing {
      link = existing
    } else {
      guard let made = try kernel.route(bridge.creation).lazy.compactMap(LinkStatus.init).first else {
        throw Failure(.system, "the kernel did not describe the new bridge \(bridge.interface)")
      }
      link = made
    }
    do {
      for (name, value) in bridge.settings where kernel.setting(name) != value {
        try kernel.set(name, to: value)
      }
      for message in bridge.completion(index: link.index) {
        _ = try unless(EEXIST) { () throws(NetlinkError) in try kernel.route([message]) }
      }
    } catch {
      // Nothing half made stays, but a bridge of somebody else's does.
      if existing == nil { _ = try? kernel.route([Rtnetlink.deleteLink(bridge.interface)]) }
      throw error
    }
    return link
  }

  /// Removes what `ensureBridge` made. What is gone already is no failure; a bridge that was there before Davit stays.
  public func removeBridge(_ bridge: BridgeDefinition) throws(Failure) {
    do throws(Failure) {
      try Failure.translating {
        if bridge.direct != nil { return try removeParent(bridge) }
        if let link = try self.link(bridge.interface), !bridge.hasChosenName || link.alias == bridge.alias {
          _ = try unless(ENODEV) { () throws(NetlinkError) in
            try kernel.route([Rtnetlink.deleteLink(bridge.interface)])
          }
        }
        forget(bridge.interface)
        try unguardBridge(bridge)
      }
    } catch { throw error.about("network \(bridge.networkName)") }
  }

  /// An interface of the host; `nil` where there is none of that name.
  func link(_ name: String) throws(NetlinkError) -> LinkStatus? {
    try unless(ENODEV) { () throws(NetlinkError) in
      try kernel.route([Rtnetlink.getLink(name)]).lazy.compactMap(LinkStatus.init).first
    } ?? nil
  }
}
