import Diagnostics
import Linux
import Networking

extension Engine {
  /// Bridges without a network.
  func strayBridges() throws -> [Finding] {
    try stack.strayBridges(besides: ownBridges()).map { name in
      Finding(.bridge, name, reason: "there is no such network") { [self] in try stack.removeStrayBridge(name) }
    }
  }

  /// Elements of the firewall's port maps without a container. One that is being started has written down what it is
  /// about to publish.
  func strayPublications() throws -> [Finding] {
    let known = ((try? listDirectory(host.runContainers)) ?? []).flatMap {
      LiveNetwork.read(host.container($0))?.published ?? []
    }
    let networks = try ownBridges()
    let count = try stack.strayPublications(besides: known, on: networks)
    guard count > 0 else { return [] }
    let subject = count == 1 ? "1 published port" : "\(count) published ports"
    return [
      Finding(.firewall, subject, reason: "no container is behind") { [self] in
        try stack.removeStrayPublications(besides: known, on: networks)
      }
    ]
  }

  private func ownBridges() throws -> [BridgeDefinition] {
    try networkStore.list().networks.map { try BridgeDefinition(networkID: $0.id, spec: $0.spec) }
  }
}
