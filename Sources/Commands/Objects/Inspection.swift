import Engine
import Presentation

/// Networks and volumes with the keys of `docker network inspect` and `docker volume inspect`.
enum Inspection {
  static func of(_ volume: Volume) -> JSONValue {
    .object([
      "CreatedAt": .string("\(volume.created)"), "Driver": .string(volume.spec.driver),
      "Labels": map(volume.spec.labels), "Mountpoint": .string(volume.mountpoint), "Name": .string(volume.name),
      "Options": map(volume.spec.driverOptions), "Scope": "local",
    ])
  }

  static func of(_ network: Network, containers: [ContainerView]) -> JSONValue {
    let spec = network.spec
    let pools = spec.pools.map { pool in
      var members: [JSONValue.Member] = [.init("Subnet", JSONValue(pool.subnet))]
      if let range = pool.ipRange { members.append(.init("IPRange", .string(range))) }
      if let gateway = pool.gateway { members.append(.init("Gateway", .string(gateway))) }
      if !pool.auxiliaryAddresses.isEmpty {
        members.append(.init("AuxiliaryAddresses", .sorted(pool.auxiliaryAddresses)))
      }
      return JSONValue.object(members)
    }
    let attached = containers.compactMap { container -> JSONValue.Member? in
      guard let endpoint = container.networks.first(where: { $0.networkID == network.id }), container.isRunning else {
        return nil
      }
      return .init(
        container.id,
        .object([
          "Name": .string(container.name), "MacAddress": .string(endpoint.macAddress ?? ""),
          "IPv4Address": .string(endpoint.ipv4 ?? ""), "IPv6Address": .string(endpoint.ipv6 ?? ""),
        ]))
    }
    return .object([
      "Name": .string(network.name), "Id": .string(network.id), "Created": .string("\(network.created)"),
      "Scope": "local", "Driver": .string(spec.driver), "EnableIPv4": .boolean(spec.enableIPv4),
      "EnableIPv6": .boolean(spec.enableIPv6),
      "IPAM": .object([
        "Driver": .string(spec.ipamDriver ?? "default"), "Options": map(spec.ipamOptions), "Config": .array(pools),
      ]),
      "Internal": .boolean(spec.isInternal), "Attachable": .boolean(spec.attachable), "Ingress": false,
      "ConfigFrom": .object(["Network": ""]), "ConfigOnly": false, "Containers": .object(attached),
      "Options": .sorted(spec.driverOptions), "Labels": .sorted(spec.labels),
    ])
  }

  /// Docker says null where there is nothing.
  private static func map(_ members: [String: String]) -> JSONValue { members.isEmpty ? .null : .sorted(members) }
}
