/// Connections that the kernel tracks: the ctnetlink subsystem of NETLINK_NETFILTER. Numbers from
/// linux/netfilter/nfnetlink_conntrack.h.
public enum Conntrack {
  private static let subsystem: UInt16 = 1 << 8
  private static let newEntry: UInt16 = 0
  private static let getEntry: UInt16 = 1
  private static let deleteEntry: UInt16 = 2

  /// One tracked connection.
  public struct Entry: Hashable, Sendable {
    public var transport: UInt8
    /// Where its first packet was sent.
    public var destination: IPAddress
    public var destinationPort: UInt16
    /// Who answers: another address than `destination` where that was changed (DNAT).
    public var responder: IPAddress
    fileprivate var family: UInt8
    fileprivate var original: [UInt8]
    fileprivate var zone: [UInt8]?
    fileprivate var id: [UInt8]?

    public init?(_ reply: NetlinkReply) {
      guard reply.type == Conntrack.subsystem | Conntrack.newEntry, let family = reply.body.first else { return nil }
      let attributes = Array(NetlinkAttributes(reply.body.dropFirst(4)))
      guard let original = attributes.first(where: { $0.type == 1 }), let first = Tuple(original),
        let answer = attributes.first(where: { $0.type == 2 }).flatMap(Tuple.init)
      else { return nil }
      self.family = family
      self.original = Array(original.payload)
      transport = first.transport
      destination = first.destination
      destinationPort = first.destinationPort
      responder = answer.source
      zone = attributes.first { $0.type == 18 }.map { Array($0.payload) }
      id = attributes.first { $0.type == 12 }.map { Array($0.payload) }
    }
  }

  private struct Tuple {
    var source: IPAddress
    var destination: IPAddress
    var transport: UInt8
    var destinationPort: UInt16

    init?(_ attribute: NetlinkAttributes.Attribute) {
      guard let addresses = attribute.nested.first(1), let transport = attribute.nested.first(2) else { return nil }
      var source: IPAddress?
      var destination: IPAddress?
      for address in addresses.nested {
        switch address.type {
        case 1, 3: source = IPAddress(bytes: address.payload)
        case 2, 4: destination = IPAddress(bytes: address.payload)
        default: break
        }
      }
      guard let source, let destination else { return nil }
      self.source = source
      self.destination = destination
      self.transport = transport.nested.first(1)?.number() ?? 0
      destinationPort = transport.nested.first(3)?.network() ?? 0
    }
  }

  /// Asks for all of a family (a dump).
  public static func list(_ family: IPAddress.Family) -> NetlinkMessage {
    NetlinkMessage(
      type: subsystem | getEntry, flags: .dump, body: [family.rawValue, 0, 0, 0], step: "listing",
      object: "tracked connections")
  }

  /// Forgets one: its next packet is a first packet again.
  public static func delete(_ entry: Entry) -> NetlinkMessage {
    var body = NetlinkBytes()
    body.raw([entry.family, 0, 0, 0])
    body.attribute(1 | 0x8000, entry.original)
    if let zone = entry.zone { body.attribute(18, zone) }
    if let id = entry.id { body.attribute(12, id) }
    return NetlinkMessage(
      type: subsystem | deleteEntry, body: body.bytes, step: "forgetting", object: "a tracked connection")
  }
}
