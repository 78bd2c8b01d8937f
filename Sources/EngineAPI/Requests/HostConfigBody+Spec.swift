import Spec

extension HostConfigBody {
  func apply(to spec: inout ContainerSpec) throws(APIError) {
    func nonEmpty(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
    try refuseWhatIsMissing()
    for bind in binds ?? [] { spec.mounts = replacing(spec.mounts, try BindText.parse(bind)) }
    for mount in mounts ?? [] { spec.mounts = replacing(spec.mounts, try mount.spec()) }
    for (target, options) in (tmpfs ?? [:]).sorted(by: { $0.key < $1.key }) {
      var mount = MountSpec(.tmpfs, target: target)
      mount.tmpfsOptions = options.split(separator: ",").map(String.init)
      spec.mounts = replacing(spec.mounts, mount)
    }
    spec.volumesFrom = volumesFrom ?? []
    spec.volumeDriver = nonEmpty(volumeDriver)
    if let type = nonEmpty(logConfig?.type) { spec.logging.driver = type }
    spec.logging.options = logConfig?.config ?? [:]
    applyNetworkMode(to: &spec)
    spec.ports = try ports()
    if let restartPolicy { spec.restart = try restartPolicy.spec() }
    spec.autoRemove = autoRemove ?? false
    if spec.autoRemove, spec.restart.condition != .no {
      throw .badRequest("can't create 'AutoRemove' container with restart policy")
    }
    spec.annotations = annotations ?? [:]
    spec.capabilitiesAdded = capAdd ?? []
    spec.capabilitiesDropped = capDrop ?? []
    spec.dns = dns ?? []
    spec.dnsOptions = dnsOptions ?? []
    spec.dnsSearch = dnsSearch ?? []
    spec.extraHosts = try (extraHosts ?? []).map(Self.extraHost)
    spec.groups = (groupAdd ?? []).map(\.text)
    spec.links = links ?? []
    spec.privileged = privileged ?? false
    spec.readOnly = readOnlyRoot ?? false
    spec.securityOptions = securityOptions ?? []
    spec.storageOptions = storageOptions ?? [:]
    spec.shmSize = shmSize.flatMap { $0 == 0 ? nil : $0 }
    if let shmSize, shmSize < 0 { throw .badRequest("SHM size can not be less than 0") }
    spec.sysctls = sysctls ?? [:]
    spec.runtime = nonEmpty(runtime)
    spec.cgroupParent = nonEmpty(cgroupParent)
    spec.initProcess = initProcess ?? false
    spec.deviceCgroupRules = deviceCgroupRules ?? []
    spec.devices = (devices ?? []).map {
      DeviceSpec(
        source: $0.onHost, target: nonEmpty($0.inContainer) ?? $0.onHost, permissions: nonEmpty($0.permissions) ?? "rwm"
      )
    }
    if let mode = nonEmpty(ipcMode) { spec.ipc = NamespaceMode(mode) }
    if let mode = nonEmpty(pidMode) { spec.pid = NamespaceMode(mode) }
    if let mode = nonEmpty(utsMode) { spec.uts = NamespaceMode(mode) }
    if let text = nonEmpty(usernsMode) {
      guard let mode = NamespaceMode(users: text) else { throw .badRequest("invalid user namespace mode: \(text)") }
      spec.userns = mode
    }
    for request in deviceRequests ?? [] {
      do { spec.devices += try request.spec.devices() } catch { throw .badRequest(error.message) }
    }
    if let mode = nonEmpty(cgroupnsMode) { spec.cgroup = NamespaceMode(mode) }
    try resources.apply(to: &spec.resources)
    for limit in resources.ulimits ?? [] { spec.ulimits[limit.name] = Ulimit(soft: limit.soft, hard: limit.hard) }
  }

  private func refuseWhatIsMissing() throws(APIError) {
    if let isolation, !["", "default"].contains(isolation) {
      throw .badRequest("invalid isolation '\(isolation)': only 'default' is there")
    }
  }

  /// What is mounted later on a place takes it.
  private func replacing(_ mounts: [MountSpec], _ mount: MountSpec) -> [MountSpec] {
    mounts.filter { $0.target != mount.target || !($0.kind == .volume && $0.source.isEmpty) } + [mount]
  }

  private func applyNetworkMode(to spec: inout ContainerSpec) {
    guard spec.networkMode == .networks else { return }
    switch networkMode ?? "" {
    case "", "default", "bridge": spec.networks = [NetworkAttachment(network: "bridge")]
    case let mode where NetworkMode(mode) != .networks: spec.networkMode = NetworkMode(mode)
    case let name: spec.networks = [NetworkAttachment(network: name)]
    }
  }

  private func ports() throws(APIError) -> [PortSpec] {
    var ports: [PortSpec] = []
    for (key, bindings) in (portBindings ?? [:]).sorted(by: { $0.key < $1.key }) {
      let (inside, transport) = try PortKey.parse(key)
      for binding in (bindings ?? nil) ?? [] {
        let range = try PortKey.range(binding.hostPort ?? "")
        for (index, port) in inside.enumerated() {
          // A range of ports on a range of as many is one to one.
          var host = range
          if inside.count > 1, let range {
            guard range.count == inside.count else {
              throw .badRequest("invalid port range: \(binding.hostPort ?? "")")
            }
            let number = range.lowerBound + UInt16(index)
            host = number...number
          }
          ports.append(
            PortSpec(
              containerPort: port, hostPorts: host, hostAddress: binding.hostAddress ?? "", transport: transport))
        }
      }
    }
    return ports
  }

  /// `name:address` and `name=address`.
  private static func extraHost(_ text: String) throws(APIError) -> String {
    guard let mark = text.firstIndex(where: { $0 == ":" || $0 == "=" }), mark != text.startIndex else {
      throw .badRequest("bad format for add-host: \"\(text)\"")
    }
    return "\(text[..<mark])=\(text[text.index(after: mark)...])"
  }
}

extension RestartPolicyBody {
  public func spec() throws(APIError) -> RestartPolicy {
    let name = name ?? ""
    guard let condition = name.isEmpty ? .no : RestartPolicy.Condition(rawValue: name) else {
      throw .badRequest(
        "invalid restart policy: unknown policy '\(name)'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
      )
    }
    let retries = maximumRetryCount ?? 0
    guard retries >= 0 else { throw .badRequest("invalid restart policy: maximum retry count cannot be negative") }
    guard retries == 0 || condition == .onFailure else {
      throw .badRequest("invalid restart policy: maximum retry count can only be used with 'on-failure'")
    }
    return RestartPolicy(condition, maximumRetries: retries)
  }
}

extension ResourcesBody {
  /// Absent fields and Docker's zeroes leave a limit as it is.
  public func apply(to spec: inout ResourceSpec) throws(APIError) {
    func set(_ field: inout Int64?, _ value: Int64?) { if let value, value != 0 { field = value } }
    if let memory, memory > 0, memory < 6 << 20 {
      throw .badRequest("Minimum memory limit allowed is 6MB")
    }
    if let memory, let memorySwap, memory > 0, memorySwap > 0, memorySwap < memory {
      throw .badRequest("Minimum memoryswap limit should be larger than memory limit, see usage")
    }
    if let nanoCPUs, nanoCPUs < 0 { throw .badRequest("NanoCPUs can not be set to a negative number") }
    set(&spec.cpuShares, cpuShares)
    set(&spec.memory, memory)
    set(&spec.nanoCPUs, nanoCPUs)
    set(&spec.blkioWeight, blkioWeight)
    set(&spec.cpuPeriod, cpuPeriod)
    set(&spec.cpuQuota, cpuQuota)
    set(&spec.cpuRealtimePeriod, cpuRealtimePeriod)
    set(&spec.cpuRealtimeRuntime, cpuRealtimeRuntime)
    set(&spec.memoryReservation, memoryReservation)
    set(&spec.memorySwap, memorySwap)
    set(&spec.oomScoreAdj, oomScoreAdj)
    set(&spec.pids, pidsLimit)
    if let memorySwappiness, memorySwappiness >= 0 { spec.memorySwappiness = memorySwappiness }
    if let cpusetCpus, !cpusetCpus.isEmpty { spec.cpuset = cpusetCpus }
    if let cpusetMems, !cpusetMems.isEmpty { throw .badRequest("cpuset-mems is not there") }
    if let oomKillDisable { spec.oomKillDisable = oomKillDisable }
    if let devices = blkioWeightDevices {
      spec.blkioWeightDevices = devices.map { .init(path: $0.path, value: $0.weight) }
    }
    if let devices = deviceReadBps { spec.deviceReadBps = devices.map(Self.value) }
    if let devices = deviceWriteBps { spec.deviceWriteBps = devices.map(Self.value) }
    if let devices = deviceReadIops { spec.deviceReadIops = devices.map(Self.value) }
    if let devices = deviceWriteIops { spec.deviceWriteIops = devices.map(Self.value) }
  }

  private static func value(_ device: ThrottleDevice) -> ResourceSpec.DeviceValue {
    .init(path: device.path, value: device.rate)
  }
}

extension HostConfigBody.DeviceRequest {
  var spec: Spec.DeviceRequest {
    // A count of -1 is all; of several alternative lists of capabilities the first is as good as any.
    Spec.DeviceRequest(
      driver: driver ?? "", capabilities: capabilities?.first ?? [], ids: ids ?? [],
      count: count.flatMap { $0 > 0 ? $0 : nil })
  }
}
