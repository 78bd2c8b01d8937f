/// Everything that `davit-shim` is told about the container that it looks after. It is sent once, on
/// `Descriptors.channel`; the shim reads no file to know more.
public struct LaunchMessage: Hashable, Sendable {
  /// What is made by the isolation code.
  public var container = ContainerLaunch()
  public var paths = PathsLaunch()
  public var streams = StreamsLaunch()
  public var log = LogLaunch()
  public var stop = StopLaunch()
  public var restart = RestartLaunch()
  /// Absent: no health check.
  public var health: HealthLaunch?
  /// Absent: the container's names are resolved by somebody else (host network, `none`, another container's).
  public var dns: DNSLaunch?
  /// Host sockets that are held for as long as the container lives.
  public var ports: [PortLaunch] = []
  /// Ready-made netlink datagrams for NETLINK_NETFILTER, sent at the final exit: they take the container's elements
  /// out of the firewall's maps. Each is one batch.
  public var exitNetlink: [Datagram] = []
  /// Files removed at the final exit: the container's name files.
  public var unlinkOnExit: [String] = []
  public var events = EventsLaunch()
  /// Who removes the container when it came to its end (`--rm`): a program with its arguments, and its environment.
  /// Empty: nobody.
  public var remover: [String] = []
  public var removerEnvironment: [String] = []
  /// Folders of control groups that the shim itself joins, so that it is not ended with whoever started it.
  public var ownCgroups: [String] = []

  public init() {}

  public func encoded() -> [UInt8] { Envelope.seal(self, as: .launch) }

  public init(decoding bytes: [UInt8]) throws(WireError) { self = try Envelope.open(bytes, as: .launch) }

  /// Bytes of a whole message whose beginning is given; `nil` while it is too short to tell.
  public static func length(of bytes: [UInt8]) throws(WireError) -> Int? {
    try Envelope.length(of: bytes, as: .launch)
  }
}

/// The descriptors of a shim, by number.
public enum Descriptors {
  /// A unix stream socket, the only one that it finds open: the message comes over it, and the report goes back.
  public static let channel: Int32 = 3
  /// The first number for those that come with the message (SCM_RIGHTS); the message names them by number.
  public static let first: Int32 = 4
}

/// Where the shim keeps what others read. Absolute paths; the folders exist.
public struct PathsLaunch: Hashable, Sendable {
  public var state = ""
  public var attachSocket = ""
  /// A copy of the last `StateRecord`, in the container's own folder, so that it survives a reboot.
  public var exitRecord = ""
  /// Locked (`flock`, exclusive) by the shim for as long as it lives; empty: none.
  public var lock = ""

  public init() {}
}

/// One netlink datagram.
public struct Datagram: Hashable, Sendable {
  public var bytes: [UInt8] = []

  public init() {}

  public init(_ bytes: [UInt8]) { self.bytes = bytes }
}

extension LaunchMessage: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&container)
    try wire.pass(&paths)
    try wire.pass(&streams)
    try wire.pass(&log)
    try wire.pass(&stop)
    try wire.pass(&restart)
    try wire.pass(&health)
    try wire.pass(&dns)
    try wire.pass(&ports)
    try wire.pass(&exitNetlink)
    try wire.pass(&unlinkOnExit)
    try wire.pass(&events)
    try wire.pass(&remover)
    try wire.pass(&removerEnvironment)
    try wire.pass(&ownCgroups)
  }
}

extension PathsLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&state)
    try wire.pass(&attachSocket)
    try wire.pass(&exitRecord)
    try wire.pass(&lock)
  }
}

extension Datagram: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) { try wire.pass(&bytes) }
}
