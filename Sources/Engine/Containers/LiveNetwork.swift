import Diagnostics
import FoundationEssentials
import Linux
import Networking

/// What a running container has of the network. Written into its run folder when it is started, and gone after a reboot
/// like what it tells of.
struct LiveNetwork: Codable, Hashable, Sendable {
  var endpoints: [NetworkEndpoint] = []
  var ports: [BoundPort] = []
  /// The firewall's elements that lead to it.
  var published: [PublishedPort] = []
  /// The files that say that its ports are its own.
  var claims: [String] = []
}

extension LiveNetwork {
  static func read(_ paths: ContainerPaths) -> LiveNetwork? {
    guard let bytes = try? readFile(paths.endpoints, limit: 1 << 20) else { return nil }
    return try? JSONDecoder().decode(LiveNetwork.self, from: Data(bytes))
  }

  func write(_ paths: ContainerPaths) throws {
    try writeAtomically(JSONEncoder().encode(self), to: paths.endpoints, mode: 0o600)
  }
}
