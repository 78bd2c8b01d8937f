/// Requests of NETLINK_ROUTE for links. rtnetlink(7); numbers from linux/if_link.h.
public enum Rtnetlink {
  enum Kind: UInt16 {
    case newLink = 16
    case deleteLink = 17
    case getLink = 18
    case newAddress = 20
    case getAddress = 22
    case newRoute = 24
    case getRoute = 26
  }

  /// IFLA_*
  enum LinkAttribute {
    static let address: UInt16 = 1
    static let name: UInt16 = 3
    static let mtu: UInt16 = 4
    static let master: UInt16 = 10
    static let info: UInt16 = 18
    static let alias: UInt16 = 20
    static let namespaceDescriptor: UInt16 = 28
    static let extensionMask: UInt16 = 29
  }

  /// `struct ifinfomsg`
  static func link(index: Int32 = 0, up: Bool? = nil) -> NetlinkBytes {
    var body = NetlinkBytes()
    body.number(UInt16(0))
    body.number(UInt16(0))
    body.number(index)
    body.number(UInt32(up == true ? 1 : 0))
    body.number(UInt32(up == nil ? 0 : 1))
    return body
  }

  /// A bridge that is down. Its address is given, so that it does not change with the interfaces that come and go.
  public static func newBridge(_ name: String, macAddress: [UInt8], mtu: UInt32?) -> NetlinkMessage {
    var body = link()
    body.attribute(LinkAttribute.name, text: name)
    body.attribute(LinkAttribute.address, macAddress)
    if let mtu { body.attribute(LinkAttribute.mtu, mtu) }
    body.nested(LinkAttribute.info) { $0.attribute(1, text: "bridge") }
    return NetlinkMessage(
      type: Kind.newLink.rawValue, flags: [.create, .exclusive], body: body.bytes, step: "making bridge", object: name)
  }

  /// Two interfaces that are connected: one here, up, on a bridge; the other made directly in a container's namespace.
  public struct VirtualEthernet: Hashable, Sendable {
    public var name: String
    /// Index of the bridge.
    public var master: Int32
    public var peerName: String
    public var peerMACAddress: [UInt8]
    /// An open descriptor of the peer's namespace.
    public var peerNamespace: Int32
    public var mtu: UInt32?

    public init(
      name: String, master: Int32, peerName: String, peerMACAddress: [UInt8], peerNamespace: Int32, mtu: UInt32? = nil
    ) {
      self.name = name
      self.master = master
      self.peerName = peerName
      self.peerMACAddress = peerMACAddress
      self.peerNamespace = peerNamespace
      self.mtu = mtu
    }
  }

  public static func newVirtualEthernet(_ pair: VirtualEthernet) -> NetlinkMessage {
    var body = link(up: true)
    body.attribute(LinkAttribute.name, text: pair.name)
    body.attribute(LinkAttribute.master, pair.master)
    if let mtu = pair.mtu { body.attribute(LinkAttribute.mtu, mtu) }
    body.nested(LinkAttribute.info) {
      $0.attribute(1, text: "veth")
      $0.nested(2) {
        // VETH_INFO_PEER: an ifinfomsg and attributes of its own.
        $0.nested(1) {
          $0.raw(link().bytes)
          $0.attribute(LinkAttribute.name, text: pair.peerName)
          $0.attribute(LinkAttribute.address, pair.peerMACAddress)
          if let mtu = pair.mtu { $0.attribute(LinkAttribute.mtu, mtu) }
          $0.attribute(LinkAttribute.namespaceDescriptor, pair.peerNamespace)
        }
      }
    }
    return NetlinkMessage(
      type: Kind.newLink.rawValue, flags: [.create, .exclusive], body: body.bytes, step: "making interface",
      object: "\(pair.peerName) (\(pair.name))")
  }

  /// A frame may leave a bridge by the port on which it came, for a container that reaches itself through a published
  /// port (br_netfilter keeps such frames on the bridge).
  public static func setHairpin(_ name: String) -> NetlinkMessage {
    var body = link()
    body.attribute(LinkAttribute.name, text: name)
    body.nested(LinkAttribute.info) {
      $0.attribute(4, text: "bridge")
      $0.nested(5) { $0.attribute(4, UInt8(1)) }
    }
    return NetlinkMessage(
      type: Kind.newLink.rawValue, body: body.bytes, step: "setting hairpin mode of", object: name)
  }

  /// Frames do not pass between ports that are isolated (IFLA_BRPORT_ISOLATED, Linux 4.18).
  public static func setIsolated(_ name: String) -> NetlinkMessage {
    var body = link()
    body.attribute(LinkAttribute.name, text: name)
    body.nested(LinkAttribute.info) {
      $0.attribute(4, text: "bridge")
      $0.nested(5) { $0.attribute(33, UInt8(1)) }
    }
    return NetlinkMessage(type: Kind.newLink.rawValue, body: body.bytes, step: "isolating", object: name)
  }

  /// Puts an interface on a bridge.
  public static func setMaster(_ master: Int32, of name: String) -> NetlinkMessage {
    var body = link()
    body.attribute(LinkAttribute.name, text: name)
    body.attribute(LinkAttribute.master, master)
    return NetlinkMessage(type: Kind.newLink.rawValue, body: body.bytes, step: "putting on a bridge", object: name)
  }

  /// A note for people, shown by `ip link`.
  public static func setAlias(_ alias: String, of name: String) -> NetlinkMessage {
    var body = link()
    body.attribute(LinkAttribute.name, text: name)
    body.attribute(LinkAttribute.alias, Array(alias.utf8.prefix(255)))
    return NetlinkMessage(type: Kind.newLink.rawValue, body: body.bytes, step: "naming", object: name)
  }

  public static func setUp(_ name: String) -> NetlinkMessage {
    var body = link(up: true)
    body.attribute(LinkAttribute.name, text: name)
    return NetlinkMessage(type: Kind.newLink.rawValue, body: body.bytes, step: "switching on", object: name)
  }

  /// Of a pair, both go.
  public static func deleteLink(_ name: String) -> NetlinkMessage {
    var body = link()
    body.attribute(LinkAttribute.name, text: name)
    return NetlinkMessage(type: Kind.deleteLink.rawValue, body: body.bytes, step: "removing interface", object: name)
  }

  /// Asks for one link; without a name, for all (a dump).
  public static func getLink(_ name: String? = nil) -> NetlinkMessage {
    var body = link()
    if let name { body.attribute(LinkAttribute.name, text: name) }
    // RTEXT_FILTER_SKIP_STATS
    body.attribute(LinkAttribute.extensionMask, UInt32(1 << 3))
    return NetlinkMessage(
      type: Kind.getLink.rawValue, flags: name == nil ? .dump : [], body: body.bytes, step: "looking at interface",
      object: name ?? "")
  }
}
