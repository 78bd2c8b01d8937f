import Diagnostics
import Linux
import OCI

/// What Docker's `daemon.json` says about registries: `registry-mirrors`, which are Docker Hub's, and
/// `insecure-registries` (dockerd(8), "Daemon configuration file"). Everything else in it is about another daemon.
struct DaemonConfiguration: Hashable, Sendable {
  private(set) var mirrors: [RegistriesConfiguration.Place] = []
  private var insecure: Set<String> = []
  private var insecureNetworks: [Subnet] = []

  init() {}

  /// The first of the files that is there counts: a person's own comes before the machine's.
  static func read(_ files: [String]) throws -> DaemonConfiguration {
    guard let path = files.first(where: FileStatus.exists) else { return DaemonConfiguration() }
    let bytes = try readFile(path, limit: 1 << 20)
    // dockerd takes an empty file for an empty object.
    if bytes.allSatisfy({ $0 <= 32 }) { return DaemonConfiguration() }
    return try DaemonConfiguration(JSON.decode(JSONValue.self, from: bytes, what: path), file: path)
  }

  init(_ content: JSONValue, file: String) throws {
    func texts(_ key: String) throws -> [String] {
      guard let value = content[key], value != .null else { return [] }
      guard case .list(let values) = value, case let texts = values.compactMap(\.text), texts.count == values.count
      else { throw Failure(.invalidInput, "\(key) must be a list of strings", subject: file) }
      return texts
    }
    for text in try texts("registry-mirrors") {
      let isPlain = text.hasPrefix("http://")
      guard isPlain || text.hasPrefix("https://") else {
        throw Failure(
          .invalidInput, "invalid mirror \(text): neither http:// nor https:// stands in front", subject: file)
      }
      var host = text.drop { $0 != "/" }.dropFirst(2)
      if host.hasSuffix("/") { host = host.dropLast() }
      guard !host.isEmpty, !host.contains(where: { "/@?# ".contains($0) }) else {
        throw Failure(
          .invalidInput, "invalid mirror \(text): only a host and a port may follow the scheme", subject: file)
      }
      mirrors.append(.init(reference: Reference(domain: String(host), path: ""), insecure: isPlain))
    }
    for text in try texts("insecure-registries") {
      if let network = Subnet(text) {
        insecureNetworks.append(network)
      } else {
        guard !text.isEmpty, !text.contains("/") else {
          throw Failure(
            .invalidInput, "insecure registry \(text): a host with an optional port, or a network, was expected",
            subject: file)
        }
        insecure.insert(text)
      }
    }
  }

  /// Whether a registry (`host:port`) may do without encryption, or be anybody. A host without a port means all of its
  /// ports; a network means the hosts that are called by an address in it.
  func isInsecure(_ domain: String) -> Bool {
    let host = Self.host(domain)
    if insecure.contains(domain) || insecure.contains(host) { return true }
    guard let address = IPAddress(host.filter { $0 != "[" && $0 != "]" }) else { return false }
    return insecureNetworks.contains { $0.contains(address) }
  }

  private static func host(_ domain: String) -> String {
    guard let colon = domain.lastIndex(of: ":"), !domain[colon...].contains("]") else { return domain }
    return String(domain[..<colon])
  }

  /// Where an image of Docker Hub can be had before the Hub is asked.
  func mirrors(of reference: Reference) -> [RegistriesConfiguration.Place] {
    guard reference.domain == Reference.defaultDomain else { return [] }
    return mirrors.map { mirror in
      var place = reference
      place.domain = mirror.reference.domain
      return .init(reference: place, insecure: mirror.insecure || isInsecure(place.domain))
    }
  }
}
