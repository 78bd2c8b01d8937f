import Spec

/// What this machine has of a project, and of what the project refers to, at one moment.
public struct Observed: Codable, Hashable, Sendable {
  public var containers: [ObservedContainer]
  public var networks: [ObservedNetwork]
  public var volumes: [ObservedVolume]

  public init(
    containers: [ObservedContainer] = [], networks: [ObservedNetwork] = [], volumes: [ObservedVolume] = []
  ) {
    self.containers = containers
    self.networks = networks
    self.volumes = volumes
  }
}

public struct ObservedContainer: Codable, Hashable, Sendable {
  /// 64 hexadecimal digits.
  public var id: String
  /// Ownership comes from the engine's own record, never from a label of an image.
  public var project: String
  public var service: String
  /// The replica, from 1.
  public var number: Int
  /// Made by `run`: never touched by `up`.
  public var oneOff = false
  /// What was asked for when it was made.
  public var spec: ContainerSpec {
    _read { yield box.value }
    _modify {
      if !isKnownUniquelyReferenced(&box) { box = Box(box.value) }
      yield &box.value
    }
  }
  private var box: Box
  public var state: ContainerState
  public var exitCode: Int32?
  public var oomKilled = false
  /// `nil` without a health check.
  public var health: Health?
  /// Networks it is attached to now, by name on this machine. Equal to the spec's unless somebody changed it.
  public var attachedNetworks: [String]
  /// Stopped by a person (`stop`, `kill`), so `unless-stopped` keeps it down.
  public var stoppedByUser = false
  public var standing = Standing.inPlace
  /// How often its program was started again since the container was started.
  public var restarts = 0

  private enum CodingKeys: String, CodingKey {
    case id, project, service, number, oneOff, state, exitCode, oomKilled, health, attachedNetworks, stoppedByUser
    case standing, restarts
    case box = "spec"
  }

  /// A specification is large, and an observed container is looked at and passed on often: copies share it until one is
  /// changed.
  private final class Box: Codable, Hashable, @unchecked Sendable {
    var value: ContainerSpec

    init(_ value: ContainerSpec) { self.value = value }

    init(from decoder: any Decoder) throws { value = try ContainerSpec(from: decoder) }

    func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }

    static func == (a: Box, b: Box) -> Bool { a === b || a.value == b.value }

    func hash(into hasher: inout Hasher) { hasher.combine(value) }
  }

  /// During a roll-out two containers run in one place.
  public enum Standing: String, Codable, Hashable, Sendable {
    /// Names and published ports lead to it.
    case inPlace = "in_place"
    /// It runs, and nothing leads to it yet.
    case standby
    /// Another one has taken over from it.
    case relieved
  }

  public init(
    id: String, project: String, service: String, number: Int, spec: ContainerSpec, state: ContainerState,
    attachedNetworks: [String]? = nil
  ) {
    self.id = id
    self.project = project
    self.service = service
    self.number = number
    box = Box(spec)
    self.state = state
    self.attachedNetworks = attachedNetworks ?? spec.networks.map(\.network)
  }
}

public struct ObservedNetwork: Codable, Hashable, Sendable {
  public var id: String
  public var spec: NetworkSpec
  /// Empty: not made by a project.
  public var project: String
  public var key: String

  public init(id: String, spec: NetworkSpec, project: String = "", key: String = "") {
    self.id = id
    self.spec = spec
    self.project = project
    self.key = key
  }
}

public struct ObservedVolume: Codable, Hashable, Sendable {
  public var spec: VolumeSpec
  /// Empty: not made by a project.
  public var project: String
  public var key: String

  public init(spec: VolumeSpec, project: String = "", key: String = "") {
    self.spec = spec
    self.project = project
    self.key = key
  }
}
