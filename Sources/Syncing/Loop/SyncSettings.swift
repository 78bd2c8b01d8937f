import Git

/// What a sync follows, and how.
public struct SyncSettings: Sendable {
  public var address: GitAddress
  /// Below the top of the repository: where davit-sync.yaml or the compose file lies; empty: the top.
  public var path: String
  /// Nanoseconds between two looks at the repository and the machine.
  public var interval: Int64 = 30_000_000_000
  public var prunes = false
  public var keys: SignatureKeys?
  /// Only these projects of davit-sync.yaml; without such a file the name of the only one. Empty: all, as they say.
  public var projects: [String] = []
  /// The name by which davit-sync.yaml knows this machine.
  public var host: String
  public var environment: [String: String]

  public init(address: GitAddress, path: String, host: String, environment: [String: String]) {
    self.address = address
    self.path = path
    self.host = host
    self.environment = environment
  }

  public var reference: String { address.reference ?? "HEAD" }

  /// What its folders are called: the last part of the address.
  var repositoryName: String {
    var base = String(address.url.split(whereSeparator: { $0 == "/" || $0 == ":" }).last ?? "repository")
    if base.hasSuffix(".git"), base.count > 4 { base = String(base.dropLast(4)) }
    return base.hasPrefix(".") ? "repository" : base
  }
}
