/// One request to the kernel: a netlink header's type and flags, a body, and what the request is about in words.
public struct NetlinkMessage: Hashable, Sendable {
  public var type: UInt16
  public var flags: Flags
  public var body: [UInt8]
  /// The work in the -ing form: `creating bridge`.
  public var step: String
  /// The object of the step: `br-0a1b2c3d4e5f`.
  public var object: String

  /// NLM_F_* of a request. NLM_F_REQUEST is always added.
  public struct Flags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// NLM_F_ROOT | NLM_F_MATCH
    public static let dump = Flags(rawValue: 0x300)
    public static let replace = Flags(rawValue: 0x100)
    public static let exclusive = Flags(rawValue: 0x200)
    public static let create = Flags(rawValue: 0x400)
    public static let append = Flags(rawValue: 0x800)
  }

  public init(type: UInt16, flags: Flags = [], body: [UInt8], step: String, object: String = "") {
    self.type = type
    self.flags = flags
    self.body = body
    self.step = step
    self.object = object
  }

  /// `struct nlmsghdr` and the body; port 0 is the kernel's.
  public func encoded(sequence: UInt32) -> [UInt8] {
    var bytes = NetlinkBytes()
    bytes.number(UInt32(16 + body.count))
    bytes.number(type)
    bytes.number(flags.rawValue | 0x1)
    bytes.number(sequence)
    bytes.number(UInt32(0))
    bytes.raw(body)
    return bytes.bytes + [UInt8](repeating: 0, count: (4 - bytes.bytes.count % 4) % 4)
  }

  /// Several requests as one datagram, numbered from `sequence`.
  public static func encoded(_ messages: [NetlinkMessage], from sequence: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(messages.reduce(0) { $0 + 20 + $1.body.count })
    for (index, message) in messages.enumerated() {
      bytes.append(contentsOf: message.encoded(sequence: sequence &+ UInt32(index)))
    }
    return bytes
  }
}

/// One message from the kernel.
public struct NetlinkReply: Sendable {
  public var type: UInt16
  public var flags: UInt16
  public var sequence: UInt32
  public var body: ArraySlice<UInt8>

  static let error: UInt16 = 2
  static let done: UInt16 = 3
  /// NLM_F_DUMP_INTR: the tables changed while they were dumped.
  var isInconsistent: Bool { flags & 0x10 != 0 }

  /// Splits a datagram.
  static func parse(_ datagram: [UInt8]) -> [NetlinkReply] {
    var replies: [NetlinkReply] = []
    var rest = datagram[...]
    while let length: UInt32 = rest.loadNumber(), length >= 16, Int(length) <= rest.count {
      replies.append(
        NetlinkReply(
          type: rest.dropFirst(4).loadNumber()!, flags: rest.dropFirst(6).loadNumber()!,
          sequence: rest.dropFirst(8).loadNumber()!, body: rest.dropFirst(16).prefix(Int(length) - 16)))
      rest = rest.dropFirst((Int(length) + 3) & ~3)
    }
    return replies
  }

  /// `struct nlmsgerr`: a positive errno and the kernel's own words (NETLINK_EXT_ACK), if it has any.
  var failure: (errno: Int32, text: String)? {
    guard type == NetlinkReply.error || type == NetlinkReply.done, let code: Int32 = body.loadNumber(), code < 0 else {
      return nil
    }
    let acknowledgementTLVs: UInt16 = 0x200
    let capped: UInt16 = 0x100
    var text = ""
    if flags & acknowledgementTLVs != 0 {
      var skipped = 4
      if type == NetlinkReply.error {
        let request: UInt32 = flags & capped != 0 ? 16 : body.dropFirst(4).loadNumber() ?? 16
        skipped += (Int(request) + 3) & ~3
      }
      text = NetlinkAttributes(body.dropFirst(skipped)).first(1)?.text ?? ""
    }
    return (-code, text)
  }
}
