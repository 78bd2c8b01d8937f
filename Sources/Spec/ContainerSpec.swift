/// What a container is to be: everything that was asked for, with the image resolved, as one value.
///
/// The coding keys are the names of the compose attributes, so a difference between two specs can be told in the words
/// of the file. An absent (`nil`, empty) field means: as the image says, or Docker's default.
public struct ContainerSpec: Codable, Hashable, Sendable {
  /// Unique on this machine.
  public var name: String
  /// The reference as the person wrote it.
  public var image: String
  /// The digest of the image's configuration, `sha256:…`; empty while it is not resolved.
  public var imageID = ""
  public var platform: String?
  public var pullPolicy: String?

  // Process
  public var entrypoint: [String]?
  public var command: [String]?
  public var environment: [String: String] = [:]
  /// Variables of the image that this container is not to have (`NAME` without a value in Docker's API).
  public var unsetEnvironment: [String]?
  public var workingDirectory: String?
  public var user: String?
  public var groups: [String] = []
  public var tty = false
  public var stdinOpen = false
  /// Standard input ends when the client that is attached to it ends it or leaves (`run`).
  public var stdinOnce: Bool?
  public var initProcess = false
  public var stopSignal: String?
  /// Nanoseconds; 10 s where absent.
  public var stopGracePeriod: Int64?

  // Names and networks
  public var hostname: String?
  public var domainname: String?
  public var networkMode: NetworkMode = .networks
  public var networks: [NetworkAttachment] = []
  public var ports: [PortSpec] = []
  /// `80/tcp`, `5000-5010/udp`
  public var expose: [String] = []
  public var dns: [String] = []
  public var dnsSearch: [String] = []
  public var dnsOptions: [String] = []
  /// `name=address`; the address may be `host-gateway`.
  public var extraHosts: [String] = []
  public var macAddress: String?
  /// `container:alias`, resolved to container names.
  public var links: [String] = []
  /// The same for containers that are not the project's to make.
  public var externalLinks: [String]?

  // Files
  public var mounts: [MountSpec] = []
  /// Secrets and configs.
  public var files: [FileSpec] = []
  public var volumesFrom: [String] = []
  /// For volumes that are made for this container; absent: `local`.
  public var volumeDriver: String?
  public var readOnly = false
  /// Bytes.
  public var shmSize: Int64?
  public var storageOptions: [String: String] = [:]
  /// What devices of the Container Device Interface want to have run. It follows from `devices` when the container is
  /// started, and is written down nowhere.
  public var deviceHooks: [DeviceHook] = []

  // Privileges
  public var privileged = false
  public var capabilitiesAdded: [String] = []
  public var capabilitiesDropped: [String] = []
  public var securityOptions: [String] = []
  public var devices: [DeviceSpec] = []
  public var deviceCgroupRules: [String] = []
  public var sysctls: [String: String] = [:]
  public var ulimits: [String: Ulimit] = [:]
  public var pid: NamespaceMode = .private
  public var ipc: NamespaceMode = .private
  public var uts: NamespaceMode = .private
  public var userns: NamespaceMode = .host
  public var cgroup: NamespaceMode = .private
  public var cgroupParent: String?
  public var resources = ResourceSpec()
  public var runtime: String?

  // Life
  public var restart = RestartPolicy()
  public var healthcheck: HealthcheckSpec?
  public var logging = LoggingSpec()
  public var autoRemove = false
  /// What it writes is of no use once the machine has failed: nothing of its root waits for the disk.
  public var isScratch: Bool?
  public var preStart: [PreStartSpec]?
  public var postStart: [HookSpec]?
  public var preStop: [HookSpec]?

  // Notes
  public var labels: [String: String] = [:]
  public var annotations: [String: String] = [:]

  public init(name: String, image: String) {
    self.name = name
    self.image = image
  }

  enum CodingKeys: String, CodingKey {
    case name = "container_name"
    case image
    case imageID = "image_id"
    case platform
    case pullPolicy = "pull_policy"
    case entrypoint, command, environment
    case unsetEnvironment = "unset_environment"
    case workingDirectory = "working_dir"
    case user
    case groups = "group_add"
    case tty
    case stdinOpen = "stdin_open"
    case stdinOnce = "stdin_once"
    case initProcess = "init"
    case stopSignal = "stop_signal"
    case stopGracePeriod = "stop_grace_period"
    case hostname, domainname
    case networkMode = "network_mode"
    case networks, ports, expose, dns
    case dnsSearch = "dns_search"
    case dnsOptions = "dns_opt"
    case extraHosts = "extra_hosts"
    case macAddress = "mac_address"
    case links
    case externalLinks = "external_links"
    case mounts = "volumes"
    case files
    case volumesFrom = "volumes_from"
    case volumeDriver = "volume_driver"
    case readOnly = "read_only"
    case shmSize = "shm_size"
    case storageOptions = "storage_opt"
    case privileged
    case capabilitiesAdded = "cap_add"
    case capabilitiesDropped = "cap_drop"
    case securityOptions = "security_opt"
    case devices
    case deviceCgroupRules = "device_cgroup_rules"
    case sysctls, ulimits, pid, ipc, uts
    case userns = "userns_mode"
    case cgroup
    case cgroupParent = "cgroup_parent"
    case resources, runtime, restart, healthcheck, logging
    case autoRemove = "auto_remove"
    case isScratch = "scratch"
    case preStart = "pre_start"
    case postStart = "post_start"
    case preStop = "pre_stop"
    case labels, annotations
  }
}
