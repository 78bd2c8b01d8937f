import Diagnostics
import Glibc
import Linux
import Spec

/// What a network of the drivers `macvlan` and `ipvlan` stands on: an interface of the host, whose link its containers
/// share without a bridge (docs.docker.com, "Macvlan network driver", "IPvlan network driver").
extension BridgeDefinition {
  /// Drivers whose containers are on an interface of the host.
  public static let directDrivers = ["macvlan", "ipvlan"]

  /// - Throws: what the options say wrongly.
  mutating func readDirect(_ driver: String, _ options: [String: String]) throws(Failure) {
    hasChosenName = true
    // Without a parent the containers are among themselves, on an interface that leads nowhere.
    interface = options["parent"] ?? (driver == "macvlan" ? "dm-" : "di-") + networkID.prefix(12)
    guard InterfaceName.isValid(interface) else { throw InterfaceName.failure(interface, "parent") }
    func choice<Number>(_ option: String, _ initial: String, _ names: [String: Number]) throws(Failure) -> Number {
      let name = options[option] ?? initial
      guard let number = names[name] else {
        throw Failure(
          .invalidInput, "\(option): there is no \"\(name)\"",
          hint: "use \(names.keys.sorted().joined(separator: ", "))")
      }
      return number
    }
    var known: Set = ["parent", "com.docker.network.driver.mtu"]
    if driver == "macvlan" {
      known.insert("macvlan_mode")
      direct = .macvlan(
        mode: try choice("macvlan_mode", "bridge", ["private": 1, "vepa": 2, "bridge": 4, "passthru": 8]))
    } else {
      known.formUnion(["ipvlan_mode", "ipvlan_flag"])
      direct = .ipvlan(
        mode: try choice("ipvlan_mode", "l2", ["l2": 0, "l3": 1, "l3s": 2]),
        flags: try choice("ipvlan_flag", "bridge", ["bridge": 0, "private": 1, "vepa": 2]))
    }
    if let option = options.keys.sorted().first(where: { !known.contains($0) }) {
      throw Failure(
        .unsupported, "the option \(option) is not known", hint: "known are \(known.sorted().joined(separator: ", "))")
    }
    if let text = options["com.docker.network.driver.mtu"] { try readMTU(text, "com.docker.network.driver.mtu") }
  }
}

extension NetworkStack {
  /// The parent is there and up. `eth0.50` is made where only `eth0` is there; a dummy where none was named.
  func ensureParent(_ bridge: BridgeDefinition) throws {
    if let link = try link(bridge.interface) {
      remember(link)
      if !link.isUp { _ = try kernel.route([Rtnetlink.setUp(bridge.interface)]) }
      return
    }
    let creation: NetlinkMessage
    let parts = bridge.interface.split(separator: ".", omittingEmptySubsequences: false)
    if bridge.interface.hasSuffix(bridge.networkID.prefix(12)) {
      creation = Rtnetlink.newDummy(bridge.interface)
    } else if parts.count == 2, let tag = UInt16(parts[1]), (1...4094).contains(tag),
      let lower = try link(String(parts[0]))
    {
      creation = Rtnetlink.newTagged(bridge.interface, tag: tag, parent: lower.index)
    } else {
      throw Failure(
        .notFound, "there is no interface \(bridge.interface) on this machine", subject: "driver_opts.parent",
        hint: "name one of those that `ip link` shows, or NAME.TAG for a VLAN on one of them")
    }
    let replies = try kernel.route([
      creation, Rtnetlink.setAlias(bridge.alias, of: bridge.interface), Rtnetlink.getLink(bridge.interface),
    ])
    if let link = replies.lazy.compactMap(LinkStatus.init).first { remember(link) }
  }

  /// What `ensureParent` made goes; an interface of the machine stays.
  func removeParent(_ bridge: BridgeDefinition) throws {
    if let link = try link(bridge.interface), link.alias == bridge.alias {
      _ = try unless(ENODEV) { () throws(NetlinkError) in
        try kernel.route([Rtnetlink.deleteLink(bridge.interface)])
      }
    }
    forget(bridge.interface)
  }
}
