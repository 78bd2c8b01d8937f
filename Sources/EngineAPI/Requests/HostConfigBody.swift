/// Docker's `HostConfig`.
public struct HostConfigBody: Decodable, Sendable {
  public var binds: [String]?
  public var logConfig: LogConfig?
  public var networkMode: String?
  public var portBindings: [String: [PortBinding]?]?
  public var restartPolicy: RestartPolicyBody?
  public var autoRemove: Bool?
  public var volumeDriver: String?
  public var volumesFrom: [String]?
  public var annotations: [String: String]?
  public var capAdd: [String]?
  public var capDrop: [String]?
  public var cgroupnsMode: String?
  public var dns: [String]?
  public var dnsOptions: [String]?
  public var dnsSearch: [String]?
  public var extraHosts: [String]?
  public var groupAdd: [NumberText]?
  public var ipcMode: String?
  public var links: [String]?
  public var pidMode: String?
  public var privileged: Bool?
  public var publishAllPorts: Bool?
  public var readOnlyRoot: Bool?
  public var securityOptions: [String]?
  public var storageOptions: [String: String]?
  public var tmpfs: [String: String]?
  public var utsMode: String?
  public var usernsMode: String?
  public var shmSize: Int64?
  public var sysctls: [String: String]?
  public var runtime: String?
  public var isolation: String?
  public var cgroupParent: String?
  public var devices: [Device]?
  public var deviceCgroupRules: [String]?
  public var deviceRequests: [DeviceRequest]?
  public var initProcess: Bool?
  public var mounts: [MountBody]?
  public var resources: ResourcesBody

  public struct LogConfig: Decodable, Sendable {
    public var type: String?
    public var config: [String: String]?

    enum CodingKeys: String, CodingKey {
      case type = "Type"
      case config = "Config"
    }
  }

  public struct PortBinding: Decodable, Sendable {
    public var hostAddress: String?
    public var hostPort: String?

    enum CodingKeys: String, CodingKey {
      case hostAddress = "HostIp"
      case hostPort = "HostPort"
    }
  }

  public struct Device: Decodable, Sendable {
    public var onHost: String
    public var inContainer: String?
    public var permissions: String?

    enum CodingKeys: String, CodingKey {
      case onHost = "PathOnHost"
      case inContainer = "PathInContainer"
      case permissions = "CgroupPermissions"
    }
  }

  public struct DeviceRequest: Decodable, Sendable {
    public var driver: String?
    public var count: Int?
    public var ids: [String]?
    public var capabilities: [[String]]?
    public var options: [String: String]?

    enum CodingKeys: String, CodingKey {
      case driver = "Driver"
      case count = "Count"
      case ids = "DeviceIDs"
      case capabilities = "Capabilities"
      case options = "Options"
    }
  }

  enum CodingKeys: String, CodingKey {
    case binds = "Binds"
    case logConfig = "LogConfig"
    case networkMode = "NetworkMode"
    case portBindings = "PortBindings"
    case restartPolicy = "RestartPolicy"
    case autoRemove = "AutoRemove"
    case volumeDriver = "VolumeDriver"
    case volumesFrom = "VolumesFrom"
    case annotations = "Annotations"
    case capAdd = "CapAdd"
    case capDrop = "CapDrop"
    case cgroupnsMode = "CgroupnsMode"
    case dns = "Dns"
    case dnsOptions = "DnsOptions"
    case dnsSearch = "DnsSearch"
    case extraHosts = "ExtraHosts"
    case groupAdd = "GroupAdd"
    case ipcMode = "IpcMode"
    case links = "Links"
    case pidMode = "PidMode"
    case privileged = "Privileged"
    case publishAllPorts = "PublishAllPorts"
    case readOnlyRoot = "ReadonlyRootfs"
    case securityOptions = "SecurityOpt"
    case storageOptions = "StorageOpt"
    case tmpfs = "Tmpfs"
    case utsMode = "UTSMode"
    case usernsMode = "UsernsMode"
    case shmSize = "ShmSize"
    case sysctls = "Sysctls"
    case runtime = "Runtime"
    case isolation = "Isolation"
    case cgroupParent = "CgroupParent"
    case devices = "Devices"
    case deviceCgroupRules = "DeviceCgroupRules"
    case deviceRequests = "DeviceRequests"
    case initProcess = "Init"
    case mounts = "Mounts"
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func field<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
      try fields.decodeIfPresent(Value.self, forKey: key)
    }
    binds = try field(.binds)
    logConfig = try field(.logConfig)
    networkMode = try field(.networkMode)
    portBindings = try field(.portBindings)
    restartPolicy = try field(.restartPolicy)
    autoRemove = try field(.autoRemove)
    volumeDriver = try field(.volumeDriver)
    volumesFrom = try field(.volumesFrom)
    annotations = try field(.annotations)
    capAdd = try field(.capAdd)
    capDrop = try field(.capDrop)
    cgroupnsMode = try field(.cgroupnsMode)
    dns = try field(.dns)
    dnsOptions = try field(.dnsOptions)
    dnsSearch = try field(.dnsSearch)
    extraHosts = try field(.extraHosts)
    groupAdd = try field(.groupAdd)
    ipcMode = try field(.ipcMode)
    links = try field(.links)
    pidMode = try field(.pidMode)
    privileged = try field(.privileged)
    publishAllPorts = try field(.publishAllPorts)
    readOnlyRoot = try field(.readOnlyRoot)
    securityOptions = try field(.securityOptions)
    storageOptions = try field(.storageOptions)
    tmpfs = try field(.tmpfs)
    utsMode = try field(.utsMode)
    usernsMode = try field(.usernsMode)
    shmSize = try field(.shmSize)
    sysctls = try field(.sysctls)
    runtime = try field(.runtime)
    isolation = try field(.isolation)
    cgroupParent = try field(.cgroupParent)
    devices = try field(.devices)
    deviceCgroupRules = try field(.deviceCgroupRules)
    deviceRequests = try field(.deviceRequests)
    initProcess = try field(.initProcess)
    mounts = try field(.mounts)
    resources = try ResourcesBody(from: decoder)
  }
}

public struct RestartPolicyBody: Decodable, Sendable {
  public var name: String?
  public var maximumRetryCount: Int?

  enum CodingKeys: String, CodingKey {
    case name = "Name"
    case maximumRetryCount = "MaximumRetryCount"
  }
}
