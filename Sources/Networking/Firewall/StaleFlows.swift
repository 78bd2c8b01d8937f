import Glibc
import Linux
import Spec

extension NetworkStack {
  /// A UDP client that goes on sending keeps its tracked connection alive, and with it the container that the first packet
  /// was led to, long after that has gone. So when a UDP port changes hands, connections that no current element stands
  /// for are forgotten. Best effort: a kernel without ctnetlink lets them expire after half a minute of silence.
  func forgetStaleFlows(of ports: [PublishedPort]) {
    let ports = ports.filter { $0.transport == .udp }
    guard !ports.isEmpty else { return }
    var live: Set<IPAddress> = []
    for set in Set(ports.map(\.set)) {
      let width = set.value[0] == .ipv4Address ? 4 : 16
      live.formUnion((try? elements(in: set))?.compactMap { IPAddress(bytes: $0.value.prefix(width)) } ?? [])
    }
    for family in Set(ports.map(\.hostAddress.family)) {
      guard let replies = try? kernel.firewallList(Conntrack.list(family)) else { continue }
      for entry in replies.compactMap(Conntrack.Entry.init) where !live.contains(entry.responder) {
        if ports.contains(where: { $0.carried(entry) }) { _ = try? kernel.firewallQuery(Conntrack.delete(entry)) }
      }
    }
  }
}

extension PublishedPort {
  /// The connection was made to this port.
  fileprivate func carried(_ entry: Conntrack.Entry) -> Bool {
    entry.transport == transport.protocolNumber && entry.destinationPort == hostPort
      && entry.destination.family == hostAddress.family
      && (hostAddress.isUnspecified || entry.destination == hostAddress)
  }
}
