/// Whose pid, ipc, uts, user or cgroup namespace a container uses.
public enum NamespaceMode: Hashable, Sendable {
  case `private`
  case host
  /// Of another container, by name or id.
  case container(String)
  /// `ipc: shareable`
  case shareable
  /// `ipc: none`
  case none
}

/// How a container meets the network.
public enum NetworkMode: Hashable, Sendable {
  /// The networks in `ContainerSpec.networks`.
  case networks
  /// Loopback only.
  case none
  case host
  /// The namespace of another container, by name or id.
  case container(String)
}

extension NamespaceMode: Codable, CustomStringConvertible {
  public var description: String {
    switch self {
    case .private: "private"
    case .host: "host"
    case .container(let name): "container:\(name)"
    case .shareable: "shareable"
    case .none: "none"
    }
  }

  public init(_ text: String) {
    switch text {
    case "host": self = .host
    case "shareable": self = .shareable
    case "none": self = .none
    case _ where text.hasPrefix("container:"): self = .container(String(text.dropFirst("container:".count)))
    default: self = .private
    }
  }

  /// `userns_mode` and `--userns`: Docker knows only `host`, Podman calls a range of one's own `private` or `auto`.
  public init?(users text: String) {
    switch text {
    case "", "host": self = .host
    case "private", "auto": self = .private
    default: return nil
    }
  }

  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension NetworkMode: Codable, CustomStringConvertible {
  public var description: String {
    switch self {
    case .networks: "networks"
    case .none: "none"
    case .host: "host"
    case .container(let name): "container:\(name)"
    }
  }

  public init(_ text: String) {
    switch text {
    case "none": self = .none
    case "host": self = .host
    case _ where text.hasPrefix("container:"): self = .container(String(text.dropFirst("container:".count)))
    default: self = .networks
    }
  }

  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
