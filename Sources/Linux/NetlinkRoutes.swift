// Requests of NETLINK_ROUTE for addresses and routes.

extension Rtnetlink {
  /// Puts an address on an interface, without waiting for duplicate address detection (IFA_F_NODAD): Davit leases it.
  public static func newAddress(_ address: InterfaceAddress, index: Int32, name: String) -> NetlinkMessage {
    addressMessage(.newAddress, [.create, .exclusive], address, index, step: "adding address \(address) to", name)
  }

  public static func deleteAddress(_ address: InterfaceAddress, index: Int32, name: String) -> NetlinkMessage {
    addressMessage(.deleteAddress, [], address, index, step: "removing address \(address) from", name)
  }

  private static func addressMessage(
    _ kind: Kind, _ flags: NetlinkMessage.Flags, _ address: InterfaceAddress, _ index: Int32, step: String,
    _ name: String
  ) -> NetlinkMessage {
    let noDuplicateDetection: UInt8 = 0x02
    let linkScope: UInt8 = 253
    let isIPv4 = address.address.family == .v4
    // struct ifaddrmsg
    var body = NetlinkBytes()
    body.number(address.address.family.rawValue)
    body.number(UInt8(address.prefixLength))
    body.number(isIPv4 ? 0 : noDuplicateDetection)
    body.number(address.address.isLinkLocal ? linkScope : 0)
    body.number(index)
    body.attribute(2, address.address.bytes)
    body.attribute(1, address.address.bytes)
    if isIPv4, address.prefixLength < 31 { body.attribute(4, address.subnet.last.bytes) }
    return NetlinkMessage(type: kind.rawValue, flags: flags, body: body.bytes, step: step, object: name)
  }

  /// A default route; replaces one that is there.
  public static func setDefaultRoute(via gateway: IPAddress, index: Int32, name: String) -> NetlinkMessage {
    routeMessage(
      .newRoute, [.create, .replace], to: nil, gateway.family, via: gateway, index,
      step: "setting the default route through \(gateway) on", name)
  }

  public static func deleteDefaultRoute(via gateway: IPAddress, index: Int32, name: String) -> NetlinkMessage {
    routeMessage(
      .deleteRoute, [], to: nil, gateway.family, via: gateway, index,
      step: "removing the default route through \(gateway) on", name)
  }

  private static func routeMessage(
    _ kind: Kind, _ flags: NetlinkMessage.Flags, to destination: Subnet?, _ family: IPAddress.Family,
    via gateway: IPAddress?, _ index: Int32, step: String, _ name: String
  ) -> NetlinkMessage {
    let mainTable: UInt8 = 254
    let bootProtocol: UInt8 = 3
    let linkScope: UInt8 = 253
    let unicast: UInt8 = 1
    // struct rtmsg
    var body = NetlinkBytes()
    body.number(family.rawValue)
    body.number(UInt8(destination?.prefixLength ?? 0))
    body.number(UInt8(0))
    body.number(UInt8(0))
    body.number(mainTable)
    body.number(bootProtocol)
    body.number(gateway == nil ? linkScope : 0)
    body.number(unicast)
    body.number(UInt32(0))
    if let destination { body.attribute(1, destination.base.bytes) }
    body.attribute(4, index)
    if let gateway { body.attribute(5, gateway.bytes) }
    return NetlinkMessage(type: kind.rawValue, flags: flags, body: body.bytes, step: step, object: name)
  }

  /// Asks for all addresses or all routes of a family.
  public static func getAddresses() -> NetlinkMessage {
    NetlinkMessage(
      type: Kind.getAddress.rawValue, flags: .dump, body: [UInt8](repeating: 0, count: 8), step: "listing addresses")
  }

  public static func getRoutes() -> NetlinkMessage {
    NetlinkMessage(
      type: Kind.getRoute.rawValue, flags: .dump, body: [UInt8](repeating: 0, count: 12), step: "listing routes")
  }
}
