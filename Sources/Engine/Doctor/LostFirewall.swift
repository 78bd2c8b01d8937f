import Diagnostics
import Linux
import Networking

// Whoever loads a whole firewall (`nft flush ruleset` stands at the top of most configurations) takes Davit's table away
// with the rest. Containers go on, but their networks are not apart any more and their ports lead nowhere.
extension Engine {
  /// Networks that are in use and that the firewall does not know, one question for each.
  func lostFirewall() throws -> [Finding] {
    try networkStore.list().networks.compactMap { network in
      let bridge = try BridgeDefinition(networkID: network.id, spec: network.spec)
      guard try stack.hasLostGuard(bridge) else { return nil }
      return Finding(.firewall, "network \(network.name)", reason: "its firewall entries are gone") { [self] in
        try stack.restoreGuard(bridge, publishing: try published(on: network.id))
      }
    }
  }

  /// Published ports of running containers that lead nowhere.
  func lostPorts() throws -> [Finding] {
    try containers(all: false).compactMap { container in
      guard let live = LiveNetwork.read(host.container(container.id)) else { return nil }
      let lost = try live.published.filter { try !stack.isPublished($0) }
      guard !lost.isEmpty else { return nil }
      return Finding(.firewall, "container \(container.name)", reason: "its published ports lead nowhere") { [self] in
        try stack.publish(lost)
      }
    }
  }

  private func published(on network: String) throws -> [PublishedPort] {
    try containers(all: false).flatMap { container -> [PublishedPort] in
      guard let live = LiveNetwork.read(host.container(container.id)),
        live.endpoints.contains(where: { $0.networkID == network })
      else { return [] }
      return live.published
    }
  }
}
