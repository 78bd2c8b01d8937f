import Diagnostics
import Glibc
@testable import Linux
import Synchronization

@testable import Networking

/// Writes down what would be asked of the kernel, one line for each request, and plays a machine on which everything works.
final class RecordingKernel: NetworkKernel {
  private struct State {
    var lines: [String] = []
    var links: [String: (index: Int32, isUp: Bool)] = [:]
    var elements: [String: Set<Nftables.Element>] = [:]
    var hasTable = false
    var settings: [String: String]
    var refusals: [String: Int32] = [:]
  }

  private let state: Mutex<State>
  private let place: String
  private let host: RecordingKernel?

  init(settings: [String: String] = ["ipv4/ip_forward": "1", "ipv6/conf/all/forwarding": "1"]) {
    state = Mutex(State(settings: settings))
    place = ""
    host = nil
  }

  private init(inside host: RecordingKernel) {
    state = Mutex(State(settings: [:]))
    place = "  "
    self.host = host
  }

  /// What was asked so far, as text.
  var script: String { state.withLock { $0.lines.map { $0 + "\n" }.joined() } }
  func forgetScript() { state.withLock { $0.lines = [] } }
  /// Requests with this step fail from now on.
  func refuse(_ step: String, _ errno: Int32) { state.withLock { $0.refusals[step] = errno } }

  private func note(_ line: String) {
    if let host { host.note("  " + line) } else { state.withLock { $0.lines.append(line) } }
  }

  func route(_ messages: [NetlinkMessage]) throws(NetlinkError) -> [NetlinkReply] {
    var replies: [NetlinkReply] = []
    for message in messages {
      note("\(message.step) \(message.object)")
      if let errno = (host ?? self).state.withLock({ $0.refusals[message.step] }) {
        throw NetlinkError(message.step, message.object, errno: errno)
      }
      let name = message.object
      state.withLock { state in
        switch message.step {
        case "making bridge": state.links[name] = (Int32(state.links.count + 2), false)
        case "switching on": state.links[name] = (state.links[name]?.index ?? Int32(state.links.count + 2), true)
        case "removing interface": state.links[name] = nil
        default: break
        }
      }
      guard message.step == "looking at interface" else { continue }
      guard let link = state.withLock({ $0.links[name] }) else {
        throw NetlinkError(message.step, name, errno: ENODEV)
      }
      var body = NetlinkBytes()
      body.number(UInt32(0))
      body.number(link.index)
      body.number(UInt32(link.isUp ? 1 : 0))
      body.number(UInt32(0))
      body.attribute(3, text: name)
      body.nested(18) { $0.attribute(1, text: "bridge") }
      replies.append(NetlinkReply(type: 16, flags: 0, sequence: 0, body: body.bytes[...]))
    }
    return replies
  }

  func list(_ message: NetlinkMessage) throws(NetlinkError) -> [NetlinkReply] { [] }
  func settle(_ interface: String) { note("settling \(interface)") }

  func firewall(_ changes: [NetlinkMessage]) throws(NetlinkError) {
    let makesTable = changes.contains { $0.step == "making firewall table" }
    guard makesTable || state.withLock({ $0.hasTable }) else {
      throw NetlinkError(changes[0].step, changes[0].object, errno: ENOENT)
    }
    for change in changes {
      if let errno = state.withLock({ $0.refusals[change.step] }) {
        throw NetlinkError(change.step, change.object, errno: errno)
      }
    }
    state.withLock { $0.hasTable = true }
    note("transaction of \(changes.count)")
    for change in changes where !change.step.contains("rule") { note("  \(change.step) \(change.object)") }
  }

  func firewallQuery(_ message: NetlinkMessage) throws(NetlinkError) -> [NetlinkReply] {
    note("\(message.step) \(message.object)")
    throw NetlinkError(message.step, message.object, errno: ENOENT)
  }

  func firewallList(_ message: NetlinkMessage) throws(NetlinkError) -> [NetlinkReply] {
    note("\(message.step) \(message.object)")
    return []
  }

  func hasLegacyDrop(_ family: IPAddress.Family) -> Bool { false }

  func setting(_ name: String) -> String? { state.withLock { $0.settings[name] } }

  func set(_ name: String, to value: String) throws(SystemError) -> Bool {
    note("setting \(name) = \(value)")
    state.withLock { $0.settings[name] = value }
    return true
  }

  func inside<Value>(
    _ namespace: NetworkNamespace, _ body: (any NetworkKernel) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    note("inside the container:")
    return try body(RecordingKernel(inside: self))
  }

  func makeNamespace() throws(Failure) -> NetworkNamespace {
    note("making a network namespace")
    return try NetworkNamespace.current()
  }
}
