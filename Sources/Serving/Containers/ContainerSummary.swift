import Engine
import Images
import Linux
import Presentation
import Spec

/// A line of `GET /containers/json`.
struct ContainerSummary {
  let view: ContainerView
  /// Of the image, by which a container is labelled as far as it says nothing else.
  let labels: [String: String]
  let exposed: [String]
  /// As it is called now: its id where the name leads elsewhere.
  let imageName: String
  let now: Timestamp
  let volumes: [String: Volume]
  let networkIDs: [String: String]

  var json: JSONValue {
    let (record, spec) = (view.record, view.record.spec)
    return .object([
      "Id": .string(view.id), "Names": ["/\(view.name)"].json, "Image": .string(imageName),
      "ImageID": .string(spec.imageID), "Command": .string(CommandText.plain(record.arguments)),
      "Created": .integer(record.created.seconds), "Ports": .array(ports), "Labels": .sorted(labels),
      "State": .string(view.state.rawValue), "Status": .string(status),
      "HostConfig": .object(["NetworkMode": .string(networkMode)]),
      "NetworkSettings": .object(["Networks": .object(networks)]), "Mounts": .array(mounts),
    ])
  }

  private var status: String {
    func age(_ moment: Timestamp?) -> Double? { moment.map { Double(now.nanoseconds - $0.nanoseconds) / 1e9 } }
    return StatusText(
      state: view.state.rawValue, health: view.health?.status.rawValue, exitCode: view.exitCode ?? 0,
      runningSeconds: age(view.startedAt), endedSeconds: age(view.finishedAt)
    ).text
  }

  private var networkMode: String {
    let spec = view.record.spec
    return spec.networkMode == .networks ? spec.networks.first?.network ?? "bridge" : spec.networkMode.description
  }

  private var ports: [JSONValue] {
    guard view.isRunning else { return [] }
    var ports = view.ports.map { port -> JSONValue in
      .object([
        "IP": .string(port.hostAddress), "PrivatePort": .integer(Int64(port.containerPort)),
        "PublicPort": .integer(Int64(port.hostPort)), "Type": .string(port.transport.rawValue),
      ])
    }
    let published = Set(view.ports.map { "\($0.containerPort)/\($0.transport.rawValue)" })
    for port in exposed where !published.contains(port) {
      let parts = port.split(separator: "/")
      guard let number = parts.first.flatMap({ Int64($0) }) else { continue }
      ports.append(
        .object(["PrivatePort": .integer(number), "Type": .string(parts.count > 1 ? String(parts[1]) : "tcp")]))
    }
    return ports
  }

  private var networks: [JSONValue.Member] {
    view.networks.sorted { $0.network < $1.network }.map { endpoint in
      .init(endpoint.network, EndpointSettings(endpoint, view, networkIDs).json)
    }
  }

  private var mounts: [JSONValue] {
    let binds = view.record.spec.mounts.filter { $0.kind != .volume }.map { mount -> JSONValue in
      .object([
        "Type": .string(mount.kind.rawValue), "Source": .string(mount.source), "Destination": .string(mount.target),
        "Mode": .string(mount.readOnly ? "ro" : ""), "RW": .boolean(!mount.readOnly),
        "Propagation": .string(mount.kind == .bind ? mount.propagation ?? "rprivate" : ""),
      ])
    }
    return binds
      + view.record.volumes.map { use in
        .object([
          "Type": "volume", "Name": .string(use.name), "Source": .string(volumes[use.name]?.mountpoint ?? ""),
          "Destination": .string(use.target), "Driver": "local", "Mode": .string(use.readOnly ? "ro" : "z"),
          "RW": .boolean(!use.readOnly), "Propagation": "",
        ])
      }
  }
}

/// A container's place on a network, as listings tell it.
struct EndpointSettings {
  let endpoint: NetworkEndpoint
  let view: ContainerView
  let id: String

  init(_ endpoint: NetworkEndpoint, _ view: ContainerView, _ networkIDs: [String: String]) {
    self.endpoint = endpoint
    self.view = view
    id = endpoint.networkID.isEmpty ? networkIDs[endpoint.network] ?? "" : endpoint.networkID
  }

  var json: JSONValue {
    let ipv4 = endpoint.ipv4.flatMap { InterfaceAddress($0) }
    let ipv6 = endpoint.ipv6.flatMap { InterfaceAddress($0) }
    return .object([
      "IPAMConfig": addresses, "Links": endpoint.attachment.links?.json ?? .null,
      "Aliases": endpoint.attachment.aliases.isEmpty ? .null : endpoint.attachment.aliases.json,
      "MacAddress": .string(endpoint.macAddress ?? ""),
      "DriverOpts": endpoint.attachment.driverOptions.isEmpty
        ? .null : .sorted(endpoint.attachment.driverOptions),
      "NetworkID": .string(id), "EndpointID": .string(view.isRunning ? String((view.id + id).suffix(64)) : ""),
      "Gateway": .string(endpoint.gateway4 ?? ""), "IPAddress": .string(ipv4.map { "\($0.address)" } ?? ""),
      "IPPrefixLen": .integer(Int64(ipv4?.prefixLength ?? 0)), "IPv6Gateway": .string(endpoint.gateway6 ?? ""),
      "GlobalIPv6Address": .string(ipv6.map { "\($0.address)" } ?? ""),
      "GlobalIPv6PrefixLen": .integer(Int64(ipv6?.prefixLength ?? 0)), "DNSNames": .null,
    ])
  }

  private var addresses: JSONValue {
    var members: [JSONValue.Member] = []
    if let address = endpoint.attachment.ipv4Address { members.append(.init("IPv4Address", .string(address))) }
    if let address = endpoint.attachment.ipv6Address { members.append(.init("IPv6Address", .string(address))) }
    return members.isEmpty ? .null : .object(members)
  }
}
