/// `POST /containers/{id}/exec`
public struct ExecBody: Decodable, Sendable {
  public var attachInput: Bool?
  public var attachOutput: Bool?
  public var attachError: Bool?
  public var consoleSize: [UInt16]?
  public var detachKeys: String?
  public var tty: Bool?
  public var environment: [String]?
  public var command: [String]?
  public var privileged: Bool?
  public var user: String?
  public var workingDirectory: String?

  enum CodingKeys: String, CodingKey {
    case attachInput = "AttachStdin"
    case attachOutput = "AttachStdout"
    case attachError = "AttachStderr"
    case consoleSize = "ConsoleSize"
    case detachKeys = "DetachKeys"
    case tty = "Tty"
    case environment = "Env"
    case command = "Cmd"
    case privileged = "Privileged"
    case user = "User"
    case workingDirectory = "WorkingDir"
  }

  /// As docker-py spells it: dockerd does not look at the case of keys.
  private enum OtherKeys: String, CodingKey { case detachKeys }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    attachInput = try fields.decodeIfPresent(Bool.self, forKey: .attachInput)
    attachOutput = try fields.decodeIfPresent(Bool.self, forKey: .attachOutput)
    attachError = try fields.decodeIfPresent(Bool.self, forKey: .attachError)
    consoleSize = try fields.decodeIfPresent([UInt16].self, forKey: .consoleSize)
    detachKeys =
      try fields.decodeIfPresent(String.self, forKey: .detachKeys)
      ?? decoder.container(keyedBy: OtherKeys.self).decodeIfPresent(String.self, forKey: .detachKeys)
    tty = try fields.decodeIfPresent(Bool.self, forKey: .tty)
    environment = try fields.decodeIfPresent([String].self, forKey: .environment)
    command = try fields.decodeIfPresent([String].self, forKey: .command)
    privileged = try fields.decodeIfPresent(Bool.self, forKey: .privileged)
    user = try fields.decodeIfPresent(String.self, forKey: .user)
    workingDirectory = try fields.decodeIfPresent(String.self, forKey: .workingDirectory)
  }
}

/// `POST /exec/{id}/start`
public struct ExecStartBody: Decodable, Sendable {
  public var detach: Bool?
  public var tty: Bool?
  public var consoleSize: [UInt16]?

  enum CodingKeys: String, CodingKey {
    case detach = "Detach"
    case tty = "Tty"
    case consoleSize = "ConsoleSize"
  }
}

/// `POST /containers/{id}/update`
public struct UpdateBody: Decodable, Sendable {
  public var restartPolicy: RestartPolicyBody?
  public var resources: ResourcesBody

  enum CodingKeys: String, CodingKey {
    case restartPolicy = "RestartPolicy"
  }

  public init(from decoder: any Decoder) throws {
    restartPolicy = try decoder.container(keyedBy: CodingKeys.self)
      .decodeIfPresent(RestartPolicyBody.self, forKey: .restartPolicy)
    resources = try ResourcesBody(from: decoder)
  }
}

/// `POST /networks/create`
public struct NetworkBody: Decodable, Sendable {
  /// A network whose configuration is taken.
  public struct Template: Decodable, Sendable {
    public var network: String?

    enum CodingKeys: String, CodingKey { case network = "Network" }
  }

  public struct IPAM: Decodable, Sendable {
    public struct Pool: Decodable, Sendable {
      public var subnet: String?
      public var range: String?
      public var gateway: String?
      public var auxiliary: [String: String]?

      enum CodingKeys: String, CodingKey {
        case subnet = "Subnet"
        case range = "IPRange"
        case gateway = "Gateway"
        case auxiliary = "AuxiliaryAddresses"
      }
    }

    public var driver: String?
    public var options: [String: String]?
    public var pools: [Pool]?

    enum CodingKeys: String, CodingKey {
      case driver = "Driver"
      case options = "Options"
      case pools = "Config"
    }
  }

  public var name: String?
  public var driver: String?
  public var scope: String?
  public var isInternal: Bool?
  public var attachable: Bool?
  public var ingress: Bool?
  public var configOnly: Bool?
  public var template: Template?
  public var enableIPv4: Bool?
  public var enableIPv6: Bool?
  public var ipam: IPAM?
  public var options: [String: String]?
  public var labels: [String: String]?

  enum CodingKeys: String, CodingKey {
    case name = "Name"
    case driver = "Driver"
    case scope = "Scope"
    case isInternal = "Internal"
    case attachable = "Attachable"
    case ingress = "Ingress"
    case configOnly = "ConfigOnly"
    case template = "ConfigFrom"
    case enableIPv4 = "EnableIPv4"
    case enableIPv6 = "EnableIPv6"
    case ipam = "IPAM"
    case options = "Options"
    case labels = "Labels"
  }
}

/// `POST /networks/{id}/connect` and `…/disconnect`
public struct ConnectBody: Decodable, Sendable {
  public var container: String?
  public var force: Bool?
  public var endpoint: EndpointBody?

  enum CodingKeys: String, CodingKey {
    case container = "Container"
    case force = "Force"
    case endpoint = "EndpointConfig"
  }
}

/// `POST /volumes/create`
public struct VolumeBody: Decodable, Sendable {
  public var name: String?
  public var driver: String?
  public var driverOptions: [String: String]?
  public var labels: [String: String]?

  enum CodingKeys: String, CodingKey {
    case name = "Name"
    case driver = "Driver"
    case driverOptions = "DriverOpts"
    case labels = "Labels"
  }
}

/// `POST /auth`, and what `X-Registry-Auth` holds.
public struct AuthBody: Decodable, Sendable {
  public var username: String?
  public var password: String?
  public var auth: String?
  public var serverAddress: String?
  public var identityToken: String?
  public var registryToken: String?

  enum CodingKeys: String, CodingKey {
    case username, password, auth
    case serverAddress = "serveraddress"
    case identityToken = "identitytoken"
    case registryToken = "registrytoken"
  }
}
