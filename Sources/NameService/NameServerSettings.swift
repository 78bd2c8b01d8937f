import Linux

/// What the name server of one container answers from.
public struct NameServerSettings: Hashable, Sendable {
  /// Folders of name files, one for each network of the container, in the order in which they are asked.
  public var namesDirectories: [String]
  /// Resolvers to forward to: `192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]:53`. Those that cannot be read are left out.
  public var upstreams: [String]
  /// Resolvers that are asked from inside the container's network namespace, before the others.
  public var insideUpstreams: [String]
  /// A name in one of these domains that no resolver knows is looked for here without the domain.
  public var search: [String]

  public init(
    namesDirectories: [String] = [], upstreams: [String] = [], insideUpstreams: [String] = [], search: [String] = []
  ) {
    self.namesDirectories = namesDirectories
    self.upstreams = upstreams
    self.insideUpstreams = insideUpstreams
    self.search = search
  }

  var resolvers: [Resolver] {
    insideUpstreams.compactMap { Resolver($0, inside: true) } + upstreams.compactMap { Resolver($0, inside: false) }
  }
}

/// A name server that queries are forwarded to.
struct Resolver: Hashable, Sendable {
  var address: IPAddress
  var port: UInt16 = 53
  /// Asked from inside the container's network namespace.
  var inside: Bool

  init?(_ text: String, inside: Bool) {
    self.inside = inside
    if let address = IPAddress(text) {
      self.address = address
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard let address = IPAddress(host) else { return nil }
    self.address = address
    self.port = port
  }
}
