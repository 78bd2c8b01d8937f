import Spec

/// What a project is to be: the value that a project file means, once images are resolved.
public struct Desired: Codable, Hashable, Sendable {
  public var project: String
  public var services: [DesiredService]
  public var networks: [DesiredNetwork]
  public var volumes: [DesiredVolume]
  /// Services that the project file has and that are switched off (by a profile): their containers are no orphans.
  public var disabledServices: [String] = []
  /// Where the bytes of secrets and configs come from.
  public var files: [DesiredFile] = []

  public init(
    project: String, services: [DesiredService] = [], networks: [DesiredNetwork] = [], volumes: [DesiredVolume] = []
  ) {
    self.project = project
    self.services = services
    self.networks = networks
    self.volumes = volumes
  }
}

public struct DesiredService: Codable, Hashable, Sendable {
  /// The key in the project file.
  public var name: String
  /// One per replica, replica 1 first; each has its own container name.
  public var containers: [ContainerSpec]
  /// What replica 1 would be where there is none (`scale: 0`), so that more can be asked for.
  public var template: ContainerSpec?
  /// `container_name` was given, so there is at most one.
  public var hasFixedName = false
  public var dependencies: [Dependency] = []
  /// What running containers of this service are told apart by when only these differ (`deploy.replicas`, `scale`).
  public var attach = true
  /// How running containers are replaced; `nil`: all at once, each as soon as its successor is made.
  public var update: RolloutPolicy?
  /// The same on the way back.
  public var rollback: RolloutPolicy?
  /// What provides it in place of containers.
  public var provider: ProviderSpec?
  public var onUnhealthy = OnUnhealthy.none

  public init(name: String, containers: [ContainerSpec], dependencies: [Dependency] = []) {
    self.name = name
    self.containers = containers
    self.dependencies = dependencies
  }
}

/// One entry of `depends_on`, or one that another attribute implies (`links`, `volumes_from`, `network_mode: service:`).
public struct Dependency: Codable, Hashable, Sendable {
  public enum Condition: String, Codable, Hashable, Sendable {
    case started = "service_started"
    case healthy = "service_healthy"
    case completed = "service_completed_successfully"
  }

  public var service: String
  public var condition: Condition
  /// Restart the dependent when this service is recreated or restarted.
  public var restart = false
  /// A missing or failing dependency is a failure, not a warning.
  public var required = true

  public init(service: String, condition: Condition = .started, restart: Bool = false, required: Bool = true) {
    self.service = service
    self.condition = condition
    self.restart = restart
    self.required = required
  }
}

public struct DesiredNetwork: Codable, Hashable, Sendable {
  /// The key in the project file.
  public var key: String
  public var spec: NetworkSpec
  /// Must exist; never created, changed or removed.
  public var external = false

  public init(key: String, spec: NetworkSpec, external: Bool = false) {
    self.key = key
    self.spec = spec
    self.external = external
  }
}

public struct DesiredVolume: Codable, Hashable, Sendable {
  /// The key in the project file.
  public var key: String
  public var spec: VolumeSpec
  /// Must exist; never created, changed or removed.
  public var external = false

  public init(key: String, spec: VolumeSpec, external: Bool = false) {
    self.key = key
    self.spec = spec
    self.external = external
  }
}
