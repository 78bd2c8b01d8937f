import Diagnostics
import Spec
import YAML

/// A compose project as typed values: what the files say, before images and file contents are looked up.
public struct Project: Sendable {
  public var name: String
  public var workingDirectory: String
  public var files: [String]
  /// `--env-file`, absolute.
  public var environmentFiles: [String]
  public var services: [Service]
  /// Services of the files that no profile and no selection switches on.
  public var disabledServices: [String]
  public var networks: [Resource<NetworkSpec>]
  public var volumes: [Resource<VolumeSpec>]
  public var secrets: [Resource<FileSource>]
  public var configs: [Resource<FileSource>]
  public var warnings: [Warning]
  /// Of the command, completed by the project's files.
  public var environment: [String: String] = [:]
  /// The canonical tree that all of this was read from.
  var tree: Node

  /// A network, volume, secret or config that services refer to by its key.
  public struct Resource<Definition: Sendable>: Sendable {
    public var key: String
    public var definition: Definition
    /// Made and removed by somebody else.
    public var external: Bool
  }

  /// Where the bytes of a secret or config come from.
  public struct FileSource: Sendable {
    public var name: String
    public var origin: Origin
    public var mark: Mark

    public enum Origin: Sendable {
      case file(String)
      case content(String)
      /// The name of a variable of the project's environment and its value.
      case environment(String, value: String?)
      case external
    }
  }
}

/// A service: a workload that is kept running in a number of replicas.
public struct Service: Sendable {
  public var name: String
  public var workload: Workload
  public var replicas: Int
  /// `container_name`
  public var fixedName: String?
  /// Its output is shown by an attached `up`.
  public var attach: Bool
  /// `deploy.update_config`
  public var update: RolloutPolicy?
  /// `deploy.rollback_config`
  public var rollback: RolloutPolicy?
  /// `x-davit: on_unhealthy`
  public var onUnhealthy: OnUnhealthy
  public var profiles: [String]
  /// What provides it in place of containers.
  public var provider: ProviderSpec?
  /// `develop.watch`
  public var watch: [WatchTrigger] = []
  public var mark: Mark
}

/// Work to be done in a container: what a service, and later a job, is made of.
public struct Workload: Sendable {
  /// What the container is; names of other services, networks and volumes are still the keys of the project.
  public var container: ContainerSpec
  public var dependencies: [WorkloadDependency] = []
  public var secrets: [FileReference] = []
  public var configs: [FileReference] = []
  /// `use_api_socket`
  public var usesAPISocket = false
  /// `build`, as written.
  public var build: Node?

  /// One entry of a service's `secrets` or `configs`.
  public struct FileReference: Sendable {
    public var source: String
    public var target: String?
    public var uid: String?
    public var gid: String?
    public var mode: UInt32?
    public var mark: Mark
  }
}

/// One entry of `depends_on`.
public struct WorkloadDependency: Hashable, Sendable {
  public var service: String
  /// `service_started`, `service_healthy`, `service_completed_successfully`
  public var condition: String
  public var restart: Bool
  public var required: Bool
}
