// What NETLINK_ROUTE and nf_tables answer, as values.

/// An interface as the kernel describes it.
public struct LinkStatus: Hashable, Sendable {
  public var index: Int32
  public var name: String
  /// IFF_UP: switched on.
  public var isUp: Bool
  /// `ip link set … alias`
  public var alias: String
  /// `bridge`, `veth`; empty for hardware.
  public var kind: String
  /// The index of the bridge that it is a port of.
  public var master: Int32?

  public init?(_ reply: NetlinkReply) {
    // struct ifinfomsg: family, padding, type, index, flags, change
    guard reply.type == Rtnetlink.Kind.newLink.rawValue, let index: Int32 = reply.body.dropFirst(4).loadNumber(),
      let flags: UInt32 = reply.body.dropFirst(8).loadNumber()
    else { return nil }
    self.index = index
    isUp = flags & 1 != 0
    name = ""
    alias = ""
    kind = ""
    for attribute in NetlinkAttributes(reply.body.dropFirst(16)) {
      switch attribute.type {
      case Rtnetlink.LinkAttribute.name: name = attribute.text
      case Rtnetlink.LinkAttribute.alias: alias = attribute.text
      case Rtnetlink.LinkAttribute.master: master = attribute.payload.loadNumber()
      case Rtnetlink.LinkAttribute.info: kind = attribute.nested.first(1)?.text ?? ""
      default: break
      }
    }
  }
}

/// An address on an interface.
public struct AddressStatus: Hashable, Sendable {
  public var index: Int32
  public var address: InterfaceAddress

  public init?(_ reply: NetlinkReply) {
    // struct ifaddrmsg: family, prefix length, flags, scope, index
    guard reply.type == Rtnetlink.Kind.newAddress.rawValue, let index: Int32 = reply.body.dropFirst(4).loadNumber(),
      let length = reply.body.dropFirst(1).first
    else { return nil }
    let attributes = Array(NetlinkAttributes(reply.body.dropFirst(8)))
    // IFA_LOCAL, which IPv6 does not have; else IFA_ADDRESS.
    guard let bytes = (attributes.first { $0.type == 2 } ?? attributes.first { $0.type == 1 })?.payload,
      let address = IPAddress(bytes: bytes), let subnet = Subnet(containing: address, prefixLength: Int(length))
    else { return nil }
    self.index = index
    self.address = InterfaceAddress(address, in: subnet)
  }
}

/// A route to a block of addresses.
public struct RouteStatus: Hashable, Sendable {
  /// `nil`: the default route.
  public var destination: Subnet?
  public var family: IPAddress.Family
  /// Of the interface; 0 where it has none or several.
  public var index: Int32
  public var gateway: IPAddress?
  /// RT_TABLE_MAIN is 254, RT_TABLE_LOCAL 255.
  public var table: UInt32

  public init?(_ reply: NetlinkReply) {
    // struct rtmsg: family, destination length, source length, tos, table, …
    guard reply.type == Rtnetlink.Kind.newRoute.rawValue, reply.body.count >= 12 else { return nil }
    let header = Array(reply.body.prefix(12))
    guard let family = IPAddress.Family(rawValue: header[0]) else { return nil }
    self.family = family
    table = UInt32(header[4])
    index = 0
    for attribute in NetlinkAttributes(reply.body.dropFirst(12)) {
      switch attribute.type {
      case 1:
        destination = IPAddress(bytes: attribute.payload).flatMap {
          Subnet(containing: $0, prefixLength: Int(header[1]))
        }
      case 4: index = attribute.number()
      case 5: gateway = IPAddress(bytes: attribute.payload)
      case 15: table = attribute.number()
      default: break
      }
    }
    if destination == nil, header[1] != 0 { return nil }
  }
}

/// A chain of any firewall table of this network namespace.
public struct ChainStatus: Hashable, Sendable {
  public var family: UInt8
  public var table: String
  public var name: String
  /// `nil`: no base chain.
  public var hook: UInt32?
  public var dropsByPolicy: Bool

  public init?(_ reply: NetlinkReply) {
    guard reply.type == Nftables.subsystem | Nftables.Kind.newChain.rawValue, let family = reply.body.first else {
      return nil
    }
    self.family = family
    table = ""
    name = ""
    dropsByPolicy = false
    for attribute in NetlinkAttributes(reply.body.dropFirst(4)) {
      switch attribute.type {
      case 1: table = attribute.text
      case 3: name = attribute.text
      case 4: hook = attribute.nested.first(1)?.network()
      case 5: dropsByPolicy = attribute.network(UInt32.self) == 0
      default: break
      }
    }
  }
}
