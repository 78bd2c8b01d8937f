import Images
import Linux
import Spec

/// A container in the shape of Docker's `GET /containers/{id}/json` (Engine API 1.47), for the tools that read it.
struct ContainerInspection {
  let view: ContainerView
  let effective: EffectiveSpec
  let paths: ContainerPaths
  /// By name.
  let volumes: [String: Volume]
  let networks: [String: Network]
  /// Bytes that it changed, and those with its image; `nil`: not counted.
  let size: (own: Int64, whole: Int64)?

  private var spec: ContainerSpec { view.record.spec }

  var json: JSONValue {
    var json: [String: JSONValue] = [
      "Id": .string(view.id), "Name": .string("/" + view.name), "Created": time(view.record.created),
      "Path": .string(view.record.arguments.first ?? ""),
      "Args": .init(Array(view.record.arguments.dropFirst())), "State": state, "Image": .string(spec.imageID),
      "ResolvConfPath": .string(paths.resolver), "HostnamePath": .string(paths.hostname),
      "HostsPath": .string(paths.hosts), "LogPath": .string(spec.logging.driver == "none" ? "" : paths.log),
      "RestartCount": .init(view.restartCount), "Driver": "overlay2", "Platform": "linux", "MountLabel": "",
      "ProcessLabel": "", "AppArmorProfile": "", "ExecIDs": nil, "HostConfig": hostConfig,
      "GraphDriver": ["Name": "overlay2", "Data": ["UpperDir": .string(paths.upper), "WorkDir": .string(paths.work)]],
      "Mounts": .array(mounts), "Config": config, "NetworkSettings": networkSettings,
    ]
    if let size {
      json["SizeRw"] = .init(size.own)
      json["SizeRootFs"] = .init(size.whole)
    }
    return .object(json)
  }

  private func time(_ time: Timestamp?) -> JSONValue { .string(time?.description ?? "0001-01-01T00:00:00Z") }

  private var state: JSONValue {
    var state: [String: JSONValue] = [
      "Status": .string(view.state.rawValue), "Running": .init(view.isRunning), "Paused": .init(view.state == .paused),
      "Restarting": .init(view.state == .restarting), "OOMKilled": .init(view.oomKilled), "Dead": false,
      "Pid": .init(view.pid ?? 0), "ExitCode": .init(view.exitCode ?? 0), "Error": .string(view.error),
      "StartedAt": time(view.startedAt), "FinishedAt": time(view.finishedAt),
    ]
    if let health = view.health {
      state["Health"] = [
        "Status": .string(health.status.rawValue), "FailingStreak": .init(health.failingStreak),
        "Log": .array(
          health.log.map {
            [
              "Start": time($0.start), "End": time($0.end), "ExitCode": .init($0.exitCode),
              "Output": .string($0.output),
            ]
          }),
      ]
    }
    return .object(state)
  }

  private var config: JSONValue {
    let arguments = view.record.arguments
    let entrypoint = Array(arguments.prefix(view.record.entrypointLength))
    var config: [String: JSONValue] = [
      "Hostname": .string(effective.hostname), "Domainname": .string(spec.domainname ?? ""),
      "User": .string(effective.user), "AttachStdin": false, "AttachStdout": true, "AttachStderr": true,
      "Tty": .init(spec.tty), "OpenStdin": .init(spec.stdinOpen),
      "StdinOnce": .init(spec.stdinOnce ?? false),
      "Env": .init(effective.environment + (spec.unsetEnvironment ?? [])),
      "Cmd": arguments.count == entrypoint.count ? nil : .init(Array(arguments.dropFirst(entrypoint.count))),
      "Entrypoint": entrypoint.isEmpty ? nil : .init(entrypoint), "Image": .string(spec.image),
      "Volumes": .object(Dictionary(uniqueKeysWithValues: view.record.volumes.map { ($0.target, [:]) })),
      "WorkingDir": .string(effective.workingDirectory), "OnBuild": nil, "Labels": .init(effective.labels),
      "StopSignal": .string(effective.stopSignal),
      "ExposedPorts": .object(Dictionary(uniqueKeysWithValues: effective.exposedPorts.map { ($0, [:]) })),
    ]
    if let period = spec.stopGracePeriod { config["StopTimeout"] = .init((period + 999_999_999) / 1_000_000_000) }
    if let check = effective.healthcheck {
      config["Healthcheck"] = [
        "Test": .init(check.test), "Interval": .init(check.interval ?? 0), "Timeout": .init(check.timeout ?? 0),
        "StartPeriod": .init(check.startPeriod ?? 0), "StartInterval": .init(check.startInterval ?? 0),
        "Retries": .init(check.retries ?? 0),
      ]
    }
    return .object(config)
  }

  private var mounts: [JSONValue] {
    let uses = Dictionary(view.record.volumes.map { ($0.target, $0) }) { $1 }
    let asked = spec.mounts.filter { $0.kind != .volume }.map { mount -> JSONValue in
      [
        "Type": .string(mount.kind.rawValue), "Source": .string(mount.source), "Destination": .string(mount.target),
        "Mode": .string(mount.readOnly ? "ro" : ""), "RW": .init(!mount.readOnly),
        "Propagation": .string(mount.kind == .bind ? mount.propagation ?? "rprivate" : ""),
      ]
    }
    return asked
      + uses.values.sorted { $0.target < $1.target }.map { use in
        [
          "Type": "volume", "Name": .string(use.name), "Source": .string(volumes[use.name]?.mountpoint ?? ""),
          "Destination": .string(use.target), "Driver": "local", "Mode": .string(use.readOnly ? "ro" : "z"),
          "RW": .init(!use.readOnly), "Propagation": "",
        ]
      }
  }

  private var networkSettings: JSONValue {
    let endpoints = attachedOrAsked.map { endpoint -> (String, JSONValue) in
      let id = endpoint.networkID.isEmpty ? networks[endpoint.network]?.id ?? "" : endpoint.networkID
      let ipv4 = endpoint.ipv4.flatMap { InterfaceAddress($0) }
      let ipv6 = endpoint.ipv6.flatMap { InterfaceAddress($0) }
      var names = endpoint.attachment.aliases
      if !names.contains(view.name) { names.insert(view.name, at: 0) }
      return (
        endpoint.network,
        [
          "IPAMConfig": ipamConfig(endpoint.attachment), "Links": endpoint.attachment.links.map { .init($0) } ?? .null,
          "Aliases": .init(endpoint.attachment.aliases),
          "MacAddress": .string(endpoint.macAddress ?? endpoint.attachment.macAddress ?? ""),
          "DriverOpts": endpoint.attachment.driverOptions.isEmpty ? nil : .init(endpoint.attachment.driverOptions),
          "GwPriority": .init(endpoint.attachment.gatewayPriority), "NetworkID": .string(id),
          "EndpointID": .string(view.isRunning ? String((view.id + id).suffix(64)) : ""),
          "Gateway": .string(endpoint.gateway4 ?? ""), "IPAddress": .string(ipv4.map { "\($0.address)" } ?? ""),
          "IPPrefixLen": .init(ipv4?.prefixLength ?? 0), "IPv6Gateway": .string(endpoint.gateway6 ?? ""),
          "GlobalIPv6Address": .string(ipv6.map { "\($0.address)" } ?? ""),
          "GlobalIPv6PrefixLen": .init(ipv6?.prefixLength ?? 0),
          "DNSNames": .init(names + [String(view.id.prefix(12))]),
        ]
      )
    }
    var settings: [String: JSONValue] = [
      "Bridge": "", "SandboxID": .string(view.pid == nil ? "" : String(view.id.reversed())),
      "SandboxKey": .string(view.pid.map { "/proc/\($0)/ns/net" } ?? ""), "Ports": ports, "HairpinMode": false,
      "LinkLocalIPv6Address": "", "LinkLocalIPv6PrefixLen": 0, "SecondaryIPAddresses": nil,
      "SecondaryIPv6Addresses": nil, "Networks": .object(Dictionary(endpoints) { $1 }),
    ]
    // What is on the default network is said here, too, as it was before there were others.
    let main = endpoints.first { $0.0 == Engine.defaultNetwork }?.1
    for (key, none) in [
      ("EndpointID", ""), ("Gateway", ""), ("IPAddress", ""), ("IPv6Gateway", ""), ("GlobalIPv6Address", ""),
      ("MacAddress", ""), ("IPPrefixLen", 0), ("GlobalIPv6PrefixLen", 0),
    ] as [(String, JSONValue)] {
      settings[key] = main?[key] ?? none
    }
    return .object(settings)
  }

  /// Networks as they are, or as they are to be: `host` and `none` count as such.
  private var attachedOrAsked: [NetworkEndpoint] {
    switch spec.networkMode {
    case .host, .none:
      let network = Network.predefined(spec.networkMode.description)
      return [
        NetworkEndpoint(
          attachment: NetworkAttachment(network: spec.networkMode.description), networkID: network?.id ?? "")
      ]
    case .container: return []
    case .networks:
      return view.networks.isEmpty
        ? view.record.attachments.map { NetworkEndpoint(attachment: $0, networkID: "") } : view.networks
    }
  }

  private func ipamConfig(_ attachment: NetworkAttachment) -> JSONValue {
    var config: [String: JSONValue] = [:]
    if let address = attachment.ipv4Address { config["IPv4Address"] = .string(address) }
    if let address = attachment.ipv6Address { config["IPv6Address"] = .string(address) }
    if !attachment.linkLocalAddresses.isEmpty { config["LinkLocalIPs"] = .init(attachment.linkLocalAddresses) }
    return config.isEmpty ? nil : .object(config)
  }

  private var ports: JSONValue {
    guard view.isRunning else { return [:] }
    var ports = Dictionary(uniqueKeysWithValues: effective.exposedPorts.map { ($0, JSONValue.null) })
    for (key, bound) in Dictionary(grouping: view.ports, by: { "\($0.containerPort)/\($0.transport.rawValue)" }) {
      ports[key] = .array(bound.map { ["HostIp": .string($0.hostAddress), "HostPort": .string("\($0.hostPort)")] })
    }
    return .object(ports)
  }
}
