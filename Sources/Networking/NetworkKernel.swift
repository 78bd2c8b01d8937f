import Diagnostics
import Glibc
import Linux
import Synchronization

/// What networking asks of the kernel, in one network namespace. Everything above it is computed, so a double that writes
/// down the requests shows exactly what would be done.
protocol NetworkKernel: Sendable {
  /// Link, address and route requests, in one datagram.
  func route(_ messages: [NetlinkMessage]) throws(NetlinkError) -> [NetlinkReply]
  func list(_ message: NetlinkMessage) throws(NetlinkError) -> [NetlinkReply]
  /// Waits until the interface passes frames, if it has a carrier.
  func settle(_ interface: String)
  /// Firewall changes, all or none.
  func firewall(_ changes: [NetlinkMessage]) throws(NetlinkError)
  /// Firewall questions.
  func firewallQuery(_ message: NetlinkMessage) throws(NetlinkError) -> [NetlinkReply]
  func firewallList(_ message: NetlinkMessage) throws(NetlinkError) -> [NetlinkReply]
  /// Whether the older firewall drops forwarded packets.
  func hasLegacyDrop(_ family: IPAddress.Family) -> Bool
  /// A setting below /proc/sys/net: `ipv4/ip_forward`. `nil` where the kernel does not have it.
  func setting(_ name: String) -> String?
  /// - Returns: `false` where the kernel does not have the setting.
  @discardableResult
  func set(_ name: String, to value: String) throws(SystemError) -> Bool
  /// The same in another namespace, for as long as `body` runs.
  func inside<Value>(
    _ namespace: NetworkNamespace, _ body: (any NetworkKernel) throws(Failure) -> Value
  ) throws(Failure) -> Value
  func makeNamespace() throws(Failure) -> NetworkNamespace
}

/// The value of `body`, or `nil` where the kernel refused with `errno`: what was looked for is missing or gone.
func unless<Value>(_ errno: Int32, _ body: () throws(NetlinkError) -> Value) throws(NetlinkError) -> Value? {
  do { return try body() } catch {
    if error.errno == errno { return nil }
    throw error
  }
}

/// The kernel itself, with one socket of each kind, opened when first needed, in the namespace of the thread that needs it.
final class LinuxNetworkKernel: NetworkKernel {
  private let routing = Mutex<NetlinkSocket?>(nil)
  private let filtering = Mutex<NetlinkSocket?>(nil)

  private static func socket(
    _ kept: borrowing Mutex<NetlinkSocket?>, _ family: NetlinkSocket.Family
  ) throws(NetlinkError) -> NetlinkSocket {
    try kept.withLock { socket throws(NetlinkError) in
      if let socket { return socket }
      do throws(SystemError) {
        let opened = try NetlinkSocket(family)
        socket = opened
        return opened
      } catch { throw NetlinkError(error.step, error.path, errno: error.errno) }
    }
  }

  func route(_ messages: [NetlinkMessage]) throws(NetlinkError) -> [NetlinkReply] {
    // The acknowledgements of one datagram must fit the socket's receive buffer.
    var replies: [NetlinkReply] = []
    let socket = try Self.socket(routing, .route)
    for start in stride(from: 0, to: messages.count, by: 64) {
      replies += try socket.perform(Array(messages[start..<min(start + 64, messages.count)]))
    }
    return replies
  }

  func list(_ message: NetlinkMessage) throws(NetlinkError) -> [NetlinkReply] {
    try Self.socket(routing, .route).dump(message)
  }

  func settle(_ interface: String) { try? Self.socket(routing, .route).settleLink(interface) }

  func firewall(_ changes: [NetlinkMessage]) throws(NetlinkError) {
    try Self.socket(filtering, .netfilter).perform(Nftables.batch(changes))
  }

  func firewallQuery(_ message: NetlinkMessage) throws(NetlinkError) -> [NetlinkReply] {
    try Self.socket(filtering, .netfilter).perform([message])
  }

  func firewallList(_ message: NetlinkMessage) throws(NetlinkError) -> [NetlinkReply] {
    try Self.socket(filtering, .netfilter).dump(message)
  }

  func hasLegacyDrop(_ family: IPAddress.Family) -> Bool { LegacyTables.dropsForwarded(family) }

  func setting(_ name: String) -> String? { try? readText("/proc/sys/net/\(name)") }

  func set(_ name: String, to value: String) throws(SystemError) -> Bool {
    do {
      try writeExisting(value, to: "/proc/sys/net/\(name)", step: "setting")
      return true
    } catch {
      if error.errno == ENOENT { return false }
      throw error
    }
  }

  func inside<Value>(
    _ namespace: NetworkNamespace, _ body: (any NetworkKernel) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try namespace.inside { () throws(Failure) in try body(LinuxNetworkKernel()) }
  }

  func makeNamespace() throws(Failure) -> NetworkNamespace { try NetworkNamespace.make() }
}

extension Failure {
  /// Runs `body`, and turns the kernel's refusals into failures.
  static func translating<Value>(_ body: () throws -> Value) throws(Failure) -> Value {
    do { return try body() } catch let error as NetlinkError { throw error.failure } catch { throw Failure(error) }
  }
}
