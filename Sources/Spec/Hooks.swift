/// A program that is run inside a service's container at a point of its life: `post_start`, `pre_stop`, and what
/// `sync+exec` of `develop.watch` runs.
public struct HookSpec: Codable, Hashable, Sendable {
  /// When it runs. The words are those of the file.
  public enum Phase: String, Codable, Hashable, Sendable {
    case postStart = "post_start"
    case preStop = "pre_stop"
  }

  public var command: [String]
  /// `user[:group]`; the container's where absent.
  public var user: String?
  public var privileged = false
  public var workingDirectory: String?
  /// Added to the container's own.
  public var environment: [String: String] = [:]

  public init(command: [String]) { self.command = command }

  enum CodingKeys: String, CodingKey {
    case command, user, privileged
    case workingDirectory = "working_dir"
    case environment
  }
}

/// One step of `pre_start`: a container of its own that has to end with success before the service's is started
/// (compose specification, 05-services.md "pre_start").
public struct PreStartSpec: Codable, Hashable, Sendable {
  /// The reference; the service's own where the file names none.
  public var image: String
  /// As `ContainerSpec.imageID`.
  public var imageID = ""
  /// `nil`: the image's.
  public var command: [String]?
  public var user: String?
  public var privileged = false
  public var workingDirectory: String?
  /// Added to the service's own.
  public var environment: [String: String] = [:]
  /// For each replica, instead of once for the service.
  public var perReplica = false

  public init(image: String) { self.image = image }

  enum CodingKeys: String, CodingKey {
    case image
    case imageID = "image_id"
    case command, user, privileged
    case workingDirectory = "working_dir"
    case environment
    case perReplica = "per_replica"
  }
}

extension ContainerSpec {
  public func hooks(_ phase: HookSpec.Phase) -> [HookSpec] {
    switch phase {
    case .postStart: postStart ?? []
    case .preStop: preStop ?? []
    }
  }

  /// The container in which a step of `pre_start` runs: on the networks of this one, with its volumes, files and
  /// environment; not reachable under its names, and without its limits and ports.
  public func preStartContainer(_ index: Int) -> ContainerSpec {
    let step = (preStart ?? [])[index]
    let isOwnImage = step.image == image
    var spec = ContainerSpec(name: "\(name)-pre_start-\(index)", image: step.image)
    spec.imageID = step.imageID
    spec.platform = isOwnImage ? platform : nil
    spec.command = step.command
    spec.environment = environment.merging(step.environment) { $1 }
    spec.workingDirectory = step.workingDirectory ?? workingDirectory
    spec.user = step.user ?? (isOwnImage ? user : nil)
    spec.groups = groups
    spec.privileged = step.privileged
    spec.networkMode = networkMode
    spec.networks = networks.map { attachment in
      var own = NetworkAttachment(network: attachment.network)
      own.priority = attachment.priority
      own.gatewayPriority = attachment.gatewayPriority
      return own
    }
    spec.dns = dns
    spec.dnsSearch = dnsSearch
    spec.dnsOptions = dnsOptions
    spec.extraHosts = extraHosts
    spec.links = links
    spec.mounts = mounts.filter { $0.kind == .tmpfs || $0.kind == .image }
    spec.volumesFrom = [name]
    spec.files = files
    spec.userns = userns
    spec.cgroupParent = cgroupParent
    spec.logging = logging
    spec.healthcheck = HealthcheckSpec.none
    for key in ["project", "service", "project.working_dir", "project.config_files"] {
      spec.labels["com.docker.compose.\(key)"] = labels["com.docker.compose.\(key)"]
    }
    spec.labels["com.docker.compose.hook"] = "pre_start"
    return spec
  }
}
