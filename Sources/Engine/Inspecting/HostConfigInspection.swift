import Spec

extension ContainerInspection {
  /// What of a specification concerns the host: Docker's `HostConfig`.
  var hostConfig: JSONValue {
    let spec = view.record.spec
    var config: [String: JSONValue] = [
      "Binds": spec.mounts.isEmpty ? nil : .init(spec.mounts.filter { $0.kind == .bind }.map(Self.bind)),
      "LogConfig": ["Type": .string(spec.logging.driver), "Config": .init(spec.logging.options)],
      "NetworkMode": .string(networkMode), "PortBindings": portBindings,
      "RestartPolicy": [
        "Name": .string(spec.restart.condition.rawValue), "MaximumRetryCount": .init(spec.restart.maximumRetries),
      ],
      "AutoRemove": .init(spec.autoRemove), "VolumesFrom": spec.volumesFrom.isEmpty ? nil : .init(spec.volumesFrom),
      "CapAdd": spec.capabilitiesAdded.isEmpty ? nil : .init(spec.capabilitiesAdded),
      "CapDrop": spec.capabilitiesDropped.isEmpty ? nil : .init(spec.capabilitiesDropped),
      "CgroupnsMode": .string(spec.cgroup.description), "Dns": .init(spec.dns), "DnsOptions": .init(spec.dnsOptions),
      "DnsSearch": .init(spec.dnsSearch), "ExtraHosts": .init(spec.extraHosts.map(Self.extraHost)),
      "GroupAdd": spec.groups.isEmpty ? nil : .init(spec.groups), "IpcMode": .string(spec.ipc.description),
      "PidMode": .string(spec.pid == .private ? "" : spec.pid.description), "Privileged": .init(spec.privileged),
      "ReadonlyRootfs": .init(spec.readOnly),
      "SecurityOpt": spec.securityOptions.isEmpty ? nil : .init(spec.securityOptions),
      "UTSMode": .string(spec.uts == .private ? "" : spec.uts.description),
      "UsernsMode": .string(spec.userns == .private ? "private" : ""), "ShmSize": .init(spec.shmSize ?? 64 << 20),
      "Runtime": .string(spec.runtime ?? "davit"), "Isolation": "default",
      "VolumeDriver": .string(spec.volumeDriver ?? ""), "Init": .init(spec.initProcess),
      "CgroupParent": .string(spec.cgroupParent ?? ""), "Links": spec.links.isEmpty ? nil : .init(spec.links),
      "Annotations": .init(spec.annotations),
      "Sysctls": spec.sysctls.isEmpty ? nil : .init(spec.sysctls),
      "Ulimits": spec.ulimits.isEmpty
        ? nil
        : .array(
          spec.ulimits.sorted { $0.key < $1.key }.map {
            ["Name": .string($0.key), "Soft": .init($0.value.soft), "Hard": .init($0.value.hard)]
          }),
      "Devices": .array(
        spec.devices.map {
          [
            "PathOnHost": .string($0.source), "PathInContainer": .string($0.target),
            "CgroupPermissions": .string($0.permissions),
          ]
        }),
      "DeviceCgroupRules": spec.deviceCgroupRules.isEmpty ? nil : .init(spec.deviceCgroupRules),
    ]
    let tmpfs = spec.mounts.filter { $0.kind == .tmpfs }
    if !tmpfs.isEmpty {
      config["Tmpfs"] = .init(
        Dictionary(tmpfs.map { ($0.target, $0.tmpfsOptions.joined(separator: ",")) }) { $1 })
    }
    config.merge(resources(spec.resources)) { $1 }
    // What Docker has and no flag of this container asks for.
    config.merge([
      "ContainerIDFile": "", "VolumeDriver": "", "ConsoleSize": [0, 0], "Cgroup": "", "Isolation": "",
      "PublishAllPorts": false, "DeviceRequests": nil, "CpuCount": 0, "CpuPercent": 0, "IOMaximumIOps": 0,
      "IOMaximumBandwidth": 0,
      "StorageOpt": spec.storageOptions.isEmpty ? nil : .init(spec.storageOptions),
    ]) { mine, _ in mine }
    return .object(config)
  }

  private func resources(_ resources: ResourceSpec) -> [String: JSONValue] {
    [
      "NanoCpus": .init(resources.nanoCPUs ?? 0), "CpuShares": .init(resources.cpuShares ?? 0),
      "CpuQuota": .init(resources.cpuQuota ?? 0), "CpuPeriod": .init(resources.cpuPeriod ?? 0),
      "CpuRealtimeRuntime": .init(resources.cpuRealtimeRuntime ?? 0),
      "CpuRealtimePeriod": .init(resources.cpuRealtimePeriod ?? 0), "CpusetCpus": .string(resources.cpuset ?? ""),
      "CpusetMems": .string(resources.cpusetMems ?? ""),
      "Memory": .init(resources.memory ?? 0), "MemorySwap": .init(resources.memorySwap ?? 0),
      "MemoryReservation": .init(resources.memoryReservation ?? 0),
      "MemorySwappiness": resources.memorySwappiness.map { .number($0) } ?? nil,
      "PidsLimit": resources.pids.map { .number($0) } ?? nil, "OomKillDisable": .init(resources.oomKillDisable),
      "OomScoreAdj": .init(resources.oomScoreAdj ?? 0), "BlkioWeight": .init(resources.blkioWeight ?? 0),
      "BlkioWeightDevice": devices(resources.blkioWeightDevices, "Weight"),
      "BlkioDeviceReadBps": devices(resources.deviceReadBps, "Rate"),
      "BlkioDeviceWriteBps": devices(resources.deviceWriteBps, "Rate"),
      "BlkioDeviceReadIOps": devices(resources.deviceReadIops, "Rate"),
      "BlkioDeviceWriteIOps": devices(resources.deviceWriteIops, "Rate"),
    ]
  }

  private func devices(_ values: [ResourceSpec.DeviceValue], _ key: String) -> JSONValue {
    .array(values.map { ["Path": .string($0.path), key: .init($0.value)] })
  }

  private var networkMode: String {
    let spec = view.record.spec
    return spec.networkMode == .networks
      ? spec.networks.first?.network ?? Engine.defaultNetwork : spec.networkMode.description
  }

  private var portBindings: JSONValue {
    let groups = Dictionary(grouping: view.record.spec.ports) { "\($0.containerPort)/\($0.transport.rawValue)" }
    return .object(
      groups.mapValues { ports in
        .array(
          ports.map { port in
            let host = port.hostPorts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            return ["HostIp": .string(port.hostAddress), "HostPort": .string(host ?? "")]
          })
      })
  }

  private static func bind(_ mount: MountSpec) -> String {
    let options = [mount.readOnly ? "ro" : "rw", mount.propagation].compactMap { $0 }.joined(separator: ",")
    return "\(mount.source):\(mount.target):\(options)"
  }

  /// `name=address` as Docker writes it.
  private static func extraHost(_ entry: String) -> String {
    guard let equals = entry.firstIndex(of: "=") else { return entry }
    return "\(entry[..<equals]):\(entry[entry.index(after: equals)...])"
  }
}
