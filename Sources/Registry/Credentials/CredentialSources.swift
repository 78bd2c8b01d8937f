import Diagnostics
import Linux
import OCI

/// Where a person's credentials are: Docker's configuration, then containers'.
public struct CredentialSources: Sendable {
  /// `config.json`; here a login is written.
  public var dockerConfig: String
  public var others: [String]
  /// By registry: what somebody brings along for one piece of work. It comes before all files.
  public var given: [String: Credential] = [:]

  public init(dockerConfig: String, others: [String] = []) {
    self.dockerConfig = dockerConfig
    self.others = others
  }

  /// - Parameter repository: `user/app`; containers' file may name credentials for a part of a registry.
  func credential(_ domain: String, repository: String = "") throws -> Credential? {
    if let given = given[domain] { return given }
    for path in [dockerConfig] + others {
      let file = try CredentialFile(path)
      let keys = Self.keys(domain, path == dockerConfig ? "" : repository)
      if let helper = file.helper(keys) {
        if let found = try CredentialHelper(name: helper.name).credential(helper.key) { return found }
      }
      if let found = file.credential(keys) { return found }
    }
    return nil
  }

  func store(_ domain: String, _ credential: Credential) throws {
    var file = try CredentialFile(dockerConfig)
    let keys = Self.keys(domain)
    if let helper = file.helper(keys) {
      try CredentialHelper(name: helper.name).store(helper.key, credential)
      // Docker marks that there is something to be asked for.
      file.mark(keys[0])
    } else {
      _ = file.remove(keys)
      file.set(keys[0], credential)
    }
    try file.write()
  }

  /// - Returns: whether there was anything.
  func erase(_ domain: String) throws -> Bool {
    var file = try CredentialFile(dockerConfig)
    let keys = Self.keys(domain)
    if let helper = file.helper(keys) { try CredentialHelper(name: helper.name).erase(helper.key) }
    guard file.remove(keys) else { return false }
    try file.write()
    return true
  }

  /// Whether a login is kept in a file where anybody who can read it sees the password.
  public func isPlain(_ domain: String) throws -> Bool {
    try CredentialFile(dockerConfig).helper(Self.keys(domain)) == nil
  }

  /// The names that credentials for a registry go by, the best first.
  static func keys(_ domain: String, _ repository: String = "") -> [String] {
    var keys: [String] = []
    var parts = repository.split(separator: "/")
    while !parts.isEmpty {
      keys.append("\(domain)/\(parts.joined(separator: "/"))")
      parts.removeLast()
    }
    guard domain == Reference.defaultDomain else { return keys + [domain] }
    return keys + ["https://index.docker.io/v1/", "index.docker.io", domain, "registry-1.docker.io"]
  }
}
