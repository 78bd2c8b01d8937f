import Glibc

// Interfaces that stand on another one: macvlan, ipvlan, 802.1Q; and dummies for them to stand on.
extension Rtnetlink {
  private enum Attribute {
    static let parent: UInt16 = 5
  }

  /// An interface of a container on an interface of the host, made directly in the container's namespace.
  public struct ChildLink: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      /// `MACVLAN_MODE_…`
      case macvlan(mode: UInt32)
      /// `IPVLAN_MODE_…` and `IPVLAN_F_…`
      case ipvlan(mode: UInt16, flags: UInt16)
    }

    public var kind: Kind
    public var name: String
    /// Index of the interface that it stands on.
    public var parent: Int32
    /// `nil`: that of its parent, as ipvlan has it.
    public var macAddress: [UInt8]?
    /// An open descriptor of its namespace.
    public var namespace: Int32
    public var mtu: UInt32?

    public init(
      _ kind: Kind, name: String, parent: Int32, macAddress: [UInt8]?, namespace: Int32, mtu: UInt32? = nil
    ) {
      self.kind = kind
      self.name = name
      self.parent = parent
      self.macAddress = macAddress
      self.namespace = namespace
      self.mtu = mtu
    }
  }

  public static func newChild(_ child: ChildLink) -> NetlinkMessage {
    var body = link()
    body.attribute(LinkAttribute.name, text: child.name)
    body.attribute(Attribute.parent, child.parent)
    if let address = child.macAddress { body.attribute(LinkAttribute.address, address) }
    if let mtu = child.mtu { body.attribute(LinkAttribute.mtu, mtu) }
    body.attribute(LinkAttribute.namespaceDescriptor, child.namespace)
    body.nested(LinkAttribute.info) {
      switch child.kind {
      case .macvlan(let mode):
        $0.attribute(1, text: "macvlan")
        $0.nested(2) { $0.attribute(1, mode) }
      case .ipvlan(let mode, let flags):
        $0.attribute(1, text: "ipvlan")
        $0.nested(2) {
          $0.attribute(1, mode)
          if flags != 0 { $0.attribute(2, flags) }
        }
      }
    }
    return made(body, child.name)
  }

  /// An interface that leads nowhere.
  public static func newDummy(_ name: String) -> NetlinkMessage {
    var body = link(up: true)
    body.attribute(LinkAttribute.name, text: name)
    body.nested(LinkAttribute.info) { $0.attribute(1, text: "dummy") }
    return made(body, name)
  }

  /// The frames of an interface that carry a tag (IEEE 802.1Q).
  public static func newTagged(_ name: String, tag: UInt16, parent: Int32) -> NetlinkMessage {
    var body = link(up: true)
    body.attribute(LinkAttribute.name, text: name)
    body.attribute(Attribute.parent, parent)
    body.nested(LinkAttribute.info) {
      $0.attribute(1, text: "vlan")
      $0.nested(2) { $0.attribute(1, tag) }
    }
    return made(body, name)
  }

  private static func made(_ body: NetlinkBytes, _ name: String) -> NetlinkMessage {
    NetlinkMessage(
      type: Kind.newLink.rawValue, flags: [.create, .exclusive], body: body.bytes, step: "making interface",
      object: name)
  }
}
