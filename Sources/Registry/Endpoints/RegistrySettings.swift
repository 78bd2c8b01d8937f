import HTTP

/// Everything about registries that a person can set, as values. Nothing is read before it is needed.
public struct RegistrySettings: Sendable {
  public var userAgent: String
  public var credentials: CredentialSources
  /// Folders with one folder per registry (`host:port`) that holds certificates, Docker's and containers' layout.
  public var certificateFolders: [String]
  /// `registries.conf` and the folder of its fragments, in reading order: what comes later wins.
  public var configurationFiles: [String]
  /// Docker's `daemon.json`; the first that is there counts.
  public var daemonFiles: [String]
  /// `policy.json`; the first that is there counts.
  public var policyFiles: [String]
  public var proxies: Proxies
  /// Registries (`host:port`) that may be spoken to without encryption, or whoever they say they are.
  public var insecure: Set<String> = []

  /// As Docker and the containers tools look them up.
  public init(userAgent: String, environment: [String: String], user: UInt32) {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let home = variable("HOME") ?? "/root"
    let runtime = variable("XDG_RUNTIME_DIR") ?? "/run/user/\(user)"
    self.userAgent = userAgent
    credentials = CredentialSources(
      dockerConfig: (variable("DOCKER_CONFIG") ?? "\(home)/.docker") + "/config.json",
      others: [variable("REGISTRY_AUTH_FILE"), "\(runtime)/containers/auth.json"].compactMap(\.self))
    let own = (variable("XDG_CONFIG_HOME") ?? "\(home)/.config") + "/containers"
    certificateFolders = ["\(own)/certs.d", "/etc/containers/certs.d", "/etc/docker/certs.d"]
    configurationFiles =
      variable("CONTAINERS_REGISTRIES_CONF").map { [$0] } ?? [
        "/etc/containers/registries.conf", "/etc/containers/registries.conf.d", "\(own)/registries.conf",
        "\(own)/registries.conf.d",
      ]
    policyFiles = ["\(own)/policy.json", "/etc/containers/policy.json"]
    daemonFiles = [
      (variable("XDG_CONFIG_HOME") ?? "\(home)/.config") + "/docker/daemon.json", "/etc/docker/daemon.json",
    ]
    proxies = Proxies(environment: environment)
  }
}
