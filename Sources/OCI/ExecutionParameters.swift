/// How a container of the image is run unless told otherwise: `config` in an image configuration (image-spec,
/// config.md), with the fields that Docker adds.
public struct ExecutionParameters: Codable, Hashable, Sendable {
  /// `user`, `uid`, `user:group`, `uid:gid` …; empty: root.
  public var user: String?
  /// `port/protocol`.
  public var exposedPorts: Set<String>
  /// `NAME=value`, in order.
  public var environment: [String]
  public var entrypoint: [String]?
  public var command: [String]?
  /// Paths of anonymous volumes.
  public var volumes: Set<String>
  public var workingDirectory: String?
  public var labels: [String: String]
  public var stopSignal: String?
  /// Docker, Windows images: the command line is one string already.
  public var argumentsEscaped: Bool?
  public var healthcheck: Healthcheck?
  /// Instructions for a build that starts from this image.
  public var onBuild: [String]
  /// What the shell form of instructions runs in.
  public var shell: [String]?
  /// Docker, before 1.13.
  public var hostname: String?
  public var domainname: String?

  public init() {
    exposedPorts = []
    environment = []
    volumes = []
    labels = [:]
    onBuild = []
  }

  public enum CodingKeys: String, CodingKey {
    case user = "User"
    case exposedPorts = "ExposedPorts"
    case environment = "Env"
    case entrypoint = "Entrypoint"
    case command = "Cmd"
    case volumes = "Volumes"
    case workingDirectory = "WorkingDir"
    case labels = "Labels"
    case stopSignal = "StopSignal"
    case argumentsEscaped = "ArgsEscaped"
    case healthcheck = "Healthcheck"
    case onBuild = "OnBuild"
    case shell = "Shell"
    case hostname = "Hostname"
    case domainname = "Domainname"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    user = try container.decodeIfPresent(String.self, forKey: .user)
    exposedPorts = try container.decodeIfPresent(EmptyObjects.self, forKey: .exposedPorts)?.keys ?? []
    environment = try container.decodeIfPresent([String].self, forKey: .environment) ?? []
    entrypoint = try container.decodeIfPresent([String].self, forKey: .entrypoint)
    command = try container.decodeIfPresent([String].self, forKey: .command)
    volumes = try container.decodeIfPresent(EmptyObjects.self, forKey: .volumes)?.keys ?? []
    workingDirectory = try container.decodeIfPresent(String.self, forKey: .workingDirectory)
    labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
    stopSignal = try container.decodeIfPresent(String.self, forKey: .stopSignal)
    argumentsEscaped = try container.decodeIfPresent(Bool.self, forKey: .argumentsEscaped)
    healthcheck = try container.decodeIfPresent(Healthcheck.self, forKey: .healthcheck)
    onBuild = try container.decodeIfPresent([String].self, forKey: .onBuild) ?? []
    shell = try container.decodeIfPresent([String].self, forKey: .shell)
    hostname = try container.decodeIfPresent(String.self, forKey: .hostname)
    domainname = try container.decodeIfPresent(String.self, forKey: .domainname)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(user, forKey: .user)
    if !exposedPorts.isEmpty { try container.encode(EmptyObjects(keys: exposedPorts), forKey: .exposedPorts) }
    if !environment.isEmpty { try container.encode(environment, forKey: .environment) }
    try container.encodeIfPresent(entrypoint, forKey: .entrypoint)
    try container.encodeIfPresent(command, forKey: .command)
    if !volumes.isEmpty { try container.encode(EmptyObjects(keys: volumes), forKey: .volumes) }
    try container.encodeIfPresent(workingDirectory, forKey: .workingDirectory)
    if !labels.isEmpty { try container.encode(labels, forKey: .labels) }
    try container.encodeIfPresent(stopSignal, forKey: .stopSignal)
    try container.encodeIfPresent(argumentsEscaped, forKey: .argumentsEscaped)
    try container.encodeIfPresent(healthcheck, forKey: .healthcheck)
    if !onBuild.isEmpty { try container.encode(onBuild, forKey: .onBuild) }
    try container.encodeIfPresent(shell, forKey: .shell)
    try container.encodeIfPresent(hostname, forKey: .hostname)
    try container.encodeIfPresent(domainname, forKey: .domainname)
  }
}

/// A set as Go writes it: `{"80/tcp": {}}`.
public struct EmptyObjects: Codable, Hashable, Sendable {
  public var keys: Set<String>
  public init(keys: Set<String>) { self.keys = keys }

  private struct Nothing: Codable {}

  public init(from decoder: any Decoder) throws {
    // The values say nothing; some tools write null there.
    keys = Set(try decoder.singleValueContainer().decode([String: Nothing?].self).keys)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Dictionary(uniqueKeysWithValues: keys.map { ($0, Nothing()) }))
  }
}

/// Docker's health check of an image. Times are nanoseconds; 0 or absent: the default.
public struct Healthcheck: Codable, Hashable, Sendable {
  /// `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", "…"]`.
  public var test: [String]?
  public var interval: Int64?
  public var timeout: Int64?
  public var startPeriod: Int64?
  public var startInterval: Int64?
  public var retries: Int?

  public init(test: [String]? = nil) { self.test = test }

  enum CodingKeys: String, CodingKey {
    case test = "Test"
    case interval = "Interval"
    case timeout = "Timeout"
    case startPeriod = "StartPeriod"
    case startInterval = "StartInterval"
    case retries = "Retries"
  }
}
