/// The body of `POST /containers/create`: Docker's `Config` with `HostConfig` and `NetworkingConfig` in it.
public struct CreateRequest: Decodable, Sendable {
  public var hostname: String?
  public var domainname: String?
  public var user: String?
  public var exposedPorts: [String: Nothing]?
  public var tty: Bool?
  public var openStdin: Bool?
  public var stdinOnce: Bool?
  public var environment: [String]?
  public var command: Words?
  public var healthcheck: HealthcheckBody?
  public var image: String?
  public var volumes: [String: Nothing]?
  public var workingDirectory: String?
  public var entrypoint: Words?
  public var networkDisabled: Bool?
  public var macAddress: String?
  public var labels: [String: String]?
  public var stopSignal: String?
  public var stopTimeout: Int64?
  public var runtime: String?
  public var host: HostConfigBody?
  public var networking: Networking?

  public struct Networking: Decodable, Sendable {
    public var endpoints: [String: EndpointBody?]?

    enum CodingKeys: String, CodingKey {
      case endpoints = "EndpointsConfig"
    }
  }

  enum CodingKeys: String, CodingKey {
    case hostname = "Hostname"
    case domainname = "Domainname"
    case user = "User"
    case exposedPorts = "ExposedPorts"
    case tty = "Tty"
    case openStdin = "OpenStdin"
    case stdinOnce = "StdinOnce"
    case environment = "Env"
    case command = "Cmd"
    case healthcheck = "Healthcheck"
    case image = "Image"
    case volumes = "Volumes"
    case workingDirectory = "WorkingDir"
    case entrypoint = "Entrypoint"
    case networkDisabled = "NetworkDisabled"
    case macAddress = "MacAddress"
    case labels = "Labels"
    case stopSignal = "StopSignal"
    case stopTimeout = "StopTimeout"
    case runtime = "Runtime"
    case host = "HostConfig"
    case networking = "NetworkingConfig"
  }
}

/// Nanoseconds, as everywhere in Docker's bodies.
public struct HealthcheckBody: Decodable, Sendable {
  public var test: [String]?
  public var interval: Int64?
  public var timeout: Int64?
  public var startPeriod: Int64?
  public var startInterval: Int64?
  public var retries: Int?

  enum CodingKeys: String, CodingKey {
    case test = "Test"
    case interval = "Interval"
    case timeout = "Timeout"
    case startPeriod = "StartPeriod"
    case startInterval = "StartInterval"
    case retries = "Retries"
  }
}

/// A place on a network that is asked for.
public struct EndpointBody: Decodable, Sendable {
  public struct Addresses: Decodable, Sendable {
    public var ipv4: String?
    public var ipv6: String?
    public var linkLocal: [String]?

    enum CodingKeys: String, CodingKey {
      case ipv4 = "IPv4Address"
      case ipv6 = "IPv6Address"
      case linkLocal = "LinkLocalIPs"
    }
  }

  public var addresses: Addresses?
  public var links: [String]?
  public var aliases: [String]?
  public var macAddress: String?
  public var driverOptions: [String: String]?
  public var gatewayPriority: Int?

  enum CodingKeys: String, CodingKey {
    case addresses = "IPAMConfig"
    case links = "Links"
    case aliases = "Aliases"
    case macAddress = "MacAddress"
    case driverOptions = "DriverOpts"
    case gatewayPriority = "GwPriority"
  }
}

/// An object whose members do not matter.
public struct Nothing: Decodable, Hashable, Sendable {
  public init(from decoder: any Decoder) throws {}
}

/// One word, or a list of them.
public struct Words: Decodable, Hashable, Sendable {
  public var words: [String]

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let word = try? container.decode(String.self) {
      words = [word]
    } else {
      words = try container.decode([String].self)
    }
  }
}

/// A number or its digits.
public struct NumberText: Decodable, Hashable, Sendable {
  public var text: String

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int64.self) {
      text = "\(number)"
    } else {
      text = try container.decode(String.self)
    }
  }
}
