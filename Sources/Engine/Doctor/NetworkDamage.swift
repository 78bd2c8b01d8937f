import Diagnostics
import Linux
import Networking

/// Something that running containers need of this machine's network and that somebody took away.
public struct NetworkDamage: Sendable {
  public enum Kind: String, Codable, Hashable, Sendable { case network, firewall }

  public var kind: Kind
  /// The network's name; of published ports, the container's.
  public var name: String
  public var isContainer: Bool
  /// What is the matter, in words.
  public var reason: String
  let mend: @Sendable () throws -> Void

  public func repair() throws { try mend() }
}

extension Engine {
  /// Bridges and firewall entries that these running containers stand on and that are gone, what others stand on first.
  public func networkDamage(of containers: [ContainerView]) throws -> [NetworkDamage] {
    var endpoints: [String: [NetworkEndpoint]] = [:]
    var damage: [NetworkDamage] = []
    let running = containers.filter { $0.isRunning }
    for endpoint in running.flatMap(\.networks) where !endpoint.networkID.isEmpty {
      endpoints[endpoint.networkID, default: []].append(endpoint)
    }
    for (id, members) in endpoints.sorted(by: { $0.key < $1.key }) {
      guard let network = try networkStore.read(id) else { continue }
      let bridge = try BridgeDefinition(networkID: id, spec: network.spec)
      if try stack.hasLostBridge(bridge) {
        damage.append(
          NetworkDamage(kind: .network, name: network.name, isContainer: false, reason: "its bridge is gone") {
            [self] in
            ensured.forget(id)
            try ensureBridge(network)
            try stack.reattach(members.compactMap(\.hostInterface), to: bridge)
          })
      } else if try stack.hasLostGuard(bridge) {
        damage.append(
          NetworkDamage(
            kind: .firewall, name: network.name, isContainer: false, reason: "its firewall entries are gone"
          ) { [self] in try stack.restoreGuard(bridge, publishing: []) })
      }
    }
    for container in running where !container.ports.isEmpty {
      guard let live = LiveNetwork.read(host.container(container.id)), !live.published.isEmpty else { continue }
      let lost = try live.published.filter { try !stack.isPublished($0) }
      guard !lost.isEmpty else { continue }
      damage.append(
        NetworkDamage(
          kind: .firewall, name: container.name, isContainer: true, reason: "its published ports lead nowhere"
        ) { [self] in try stack.publish(lost) })
    }
    return damage
  }
}
