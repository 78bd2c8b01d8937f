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
  var standing = Standing.inPlace
  /// What leads to it when it is in its place, while it is not.
  var held: [PublishedPort] = []

  init() {}
}

extension LiveNetwork {
  private static let decoded = DecodedFiles<LiveNetwork>()

  static func read(_ paths: ContainerPaths) -> LiveNetwork? {
    try? decoded.value(at: paths.endpoints) { file in
      try JSONDecoder().decode(LiveNetwork.self, from: Data(file.readAll(limit: 1 << 20)))
    }
  }

  func write(_ paths: ContainerPaths) throws {
    try writeAtomically(JSONEncoder().encode(self), to: paths.endpoints, mode: 0o600)
  }
}

extension LiveNetwork {
  private enum CodingKeys: String, CodingKey { case endpoints, ports, published, claims, standing, held }

  /// One that an earlier version wrote has less in it.
  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    endpoints = try members.decode([NetworkEndpoint].self, forKey: .endpoints)
    ports = try members.decode([BoundPort].self, forKey: .ports)
    published = try members.decode([PublishedPort].self, forKey: .published)
    claims = try members.decode([String].self, forKey: .claims)
    standing = try members.decodeIfPresent(Standing.self, forKey: .standing) ?? .inPlace
    held = try members.decodeIfPresent([PublishedPort].self, forKey: .held) ?? []
  }
}
