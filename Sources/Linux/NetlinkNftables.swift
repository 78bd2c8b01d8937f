/// Messages of the nf_tables subsystem of NETLINK_NETFILTER. Changes go in a batch, which the kernel applies as a whole or
/// not at all. Numbers from linux/netfilter/nfnetlink.h and nf_tables.h; numbers in attributes are in network order.
public enum Nftables {
  /// The address family of a table (NFPROTO_*).
  public enum Family: UInt8, Sendable {
    case unspecified = 0
    case inet = 1
    case ipv4 = 2
    case ipv6 = 10
  }

  enum Kind: UInt16 {
    case newTable = 0
    case getTable = 1
    case deleteTable = 2
    case newChain = 3
    case getChain = 4
    case newRule = 6
    case getRule = 7
    case newSet = 9
    case newElements = 12
    case getElements = 13
    case deleteElements = 14
  }

  static let subsystem: UInt16 = 10 << 8

  static func message(
    _ kind: Kind, _ family: Family, _ flags: NetlinkMessage.Flags = [], step: String, object: String,
    _ fill: (inout NetlinkBytes) -> Void
  ) -> NetlinkMessage {
    var body = NetlinkBytes()
    body.header(family, resource: 0)
    fill(&body)
    return NetlinkMessage(
      type: subsystem | kind.rawValue, flags: flags, body: body.bytes, step: step, object: object)
  }

  /// The messages between NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END.
  public static func batch(_ messages: [NetlinkMessage]) -> [NetlinkMessage] {
    guard let first = messages.first else { return [] }
    var body = NetlinkBytes()
    body.header(.unspecified, resource: 10)
    let begin = NetlinkMessage(type: 0x10, body: body.bytes, step: first.step, object: first.object)
    let end = NetlinkMessage(type: 0x11, body: body.bytes, step: first.step, object: first.object)
    return [begin] + messages + [end]
  }

  // MARK: Tables and chains

  /// - Parameter comment: shown by `nft list`; kept in the table's user data (Linux 5.10).
  public static func newTable(_ name: String, _ family: Family, comment: String) -> NetlinkMessage {
    message(.newTable, family, [.create, .exclusive], step: "making firewall table", object: name) {
      $0.attribute(1, text: name)
      $0.attribute(2, network: UInt32(0))
      $0.attribute(6, userData(0, text: comment))
    }
  }

  public static func deleteTable(_ name: String, _ family: Family) -> NetlinkMessage {
    message(.deleteTable, family, step: "removing firewall table", object: name) { $0.attribute(1, text: name) }
  }

  /// Asks for one table.
  public static func getTable(_ name: String, _ family: Family) -> NetlinkMessage {
    message(.getTable, family, step: "looking at firewall table", object: name) { $0.attribute(1, text: name) }
  }

  /// The comment in an answer to `getTable`; empty where it has none.
  public static func comment(of reply: NetlinkReply) -> String {
    let data = NetlinkAttributes(reply.body.dropFirst(4)).first(6)?.payload ?? []
    guard data.count > 2, data[data.startIndex] == 0 else { return "" }
    return String(decoding: data.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Where a base chain sits in the path of a packet.
  public struct Hook: Hashable, Sendable {
    public enum Number: UInt32, Sendable {
      case prerouting = 0
      case input = 1
      case forward = 2
      case output = 3
      case postrouting = 4
    }
    public enum Kind: String, Sendable { case filter, nat }

    public var kind: Kind
    public var number: Number
    public var priority: Int32

    public init(_ kind: Kind, _ number: Number, priority: Int32) {
      self.kind = kind
      self.number = number
      self.priority = priority
    }
  }

  /// A chain; with a hook it is a base chain, whose policy is to accept.
  public static func newChain(_ name: String, of table: String, _ family: Family, hook: Hook? = nil) -> NetlinkMessage {
    message(.newChain, family, .create, step: "making firewall chain", object: name) {
      $0.attribute(1, text: table)
      $0.attribute(3, text: name)
      guard let hook else { return }
      $0.nested(4) {
        $0.attribute(1, network: hook.number.rawValue)
        $0.attribute(2, network: hook.priority)
      }
      $0.attribute(5, network: UInt32(1))
      $0.attribute(7, text: hook.kind.rawValue)
    }
  }

  /// Asks for the chains of all tables (a dump).
  public static func getChains() -> NetlinkMessage {
    message(.getChain, .unspecified, .dump, step: "listing", object: "firewall chains") { _ in }
  }

  /// Adds a rule at the end of a chain.
  public static func newRule(
    _ expressions: [NftExpression], in chain: String, of table: String, _ family: Family
  ) -> NetlinkMessage {
    message(.newRule, family, [.create, .append], step: "adding a firewall rule to", object: chain) {
      $0.attribute(1, text: table)
      $0.attribute(2, text: chain)
      $0.nested(4) { list in
        for expression in expressions {
          list.nested(1) {
            $0.attribute(1, text: expression.name)
            $0.nested(2) { $0.raw(expression.data) }
          }
        }
      }
    }
  }

  /// One attribute in the type-length-value form of a user data area.
  static func userData(_ type: UInt8, text: String) -> [UInt8] {
    [type, UInt8(truncatingIfNeeded: text.utf8.count + 1)] + Array(text.utf8.prefix(254)) + [0]
  }
}

extension NetlinkBytes {
  /// `struct nfgenmsg`
  fileprivate mutating func header(_ family: Nftables.Family, resource: UInt16) {
    number(family.rawValue)
    number(UInt8(0))
    number(resource.bigEndian)
  }
}
