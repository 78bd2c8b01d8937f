import Spec

/// What only one container at a time can hold, and which stop gives it back: so that a successor under another name
/// does not start before.
struct ClaimIndex {
  private struct HostPort: Hashable {
    var port: UInt16
    var transport: PortSpec.Transport
  }

  private var ports: [HostPort: [(service: String, stop: PlanBuilder.Index)]] = [:]
  private var addresses: [String: [PlanBuilder.Index]] = [:]

  mutating func add(_ spec: ContainerSpec, of service: String, freedBy stop: PlanBuilder.Index) {
    for port in ClaimIndex.ports(of: spec) { ports[port, default: []].append((service, stop)) }
    for address in ClaimIndex.addresses(of: spec) { addresses[address, default: []].append(stop) }
  }

  /// The stops that a start of `spec` has to wait for. Replicas of one service share a published port.
  func stops(before spec: ContainerSpec, of service: String) -> [PlanBuilder.Index] {
    if ports.isEmpty, addresses.isEmpty { return [] }
    return ClaimIndex.ports(of: spec).flatMap { ports[$0] ?? [] }.filter { $0.service != service }.map(\.stop)
      + ClaimIndex.addresses(of: spec).flatMap { addresses[$0] ?? [] }
  }

  /// Of a range any one port is taken; a wide one has room for both.
  private static func ports(of spec: ContainerSpec) -> [HostPort] {
    spec.ports.flatMap { port -> [HostPort] in
      guard let range = port.hostPorts, range.count <= 128 else { return [] }
      return range.map { HostPort(port: $0, transport: port.transport) }
    }
  }

  private static func addresses(of spec: ContainerSpec) -> [String] {
    spec.networks.flatMap { attachment in
      [attachment.ipv4Address, attachment.ipv6Address].compactMap { $0.map { "\(attachment.network) \($0)" } }
    }
  }
}
