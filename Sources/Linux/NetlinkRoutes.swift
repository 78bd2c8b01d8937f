// Requests of NETLINK_ROUTE for addresses and routes.

extension Rtnetlink {
  /// Puts an address on an interface, without waiting for duplicate address detection (IFA_F_NODAD): Davit leases it.
  public static func newAddress(_ address: InterfaceAddress, index: Int32, name: String) -> NetlinkMessage {
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
    return NetlinkMessage(
      type: Kind.newAddress.rawValue, flags: [.create, .exclusive], body: body.bytes,
      step: "adding address \(address) to", object: name)
  }

  /// A default route; replaces one that is there.
  public static func setDefaultRoute(via gateway: IPAddress, index: Int32, name: String) -> NetlinkMessage {
    let mainTable: UInt8 = 254
    let bootProtocol: UInt8 = 3
    let unicast: UInt8 = 1
    // struct rtmsg: family, lengths of destination and source, tos, table, protocol, scope, type, flags
    var body = NetlinkBytes()
    body.raw([gateway.family.rawValue, 0, 0, 0, mainTable, bootProtocol, 0, unicast])
    body.number(UInt32(0))
    body.attribute(4, index)
    body.attribute(5, gateway.bytes)
    return NetlinkMessage(
      type: Kind.newRoute.rawValue, flags: [.create, .replace], body: body.bytes,
      step: "setting the default route through \(gateway) on", object: name)
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
