import Diagnostics
import Engine
import EngineAPI
import Linux
import Presentation
import Spec

extension API {
  func listNetworks(_ x: Exchange, _ r: Exchange.Route) throws {
    let filters = try Filters(r.query["filters"])
    x.respond(200, .array(try engine.networks(where: filters.terms).map { network($0, containers: nil) }))
  }

  func inspectNetwork(_ x: Exchange, _ r: Exchange.Route) throws {
    if let scope = r.query["scope"], scope != "local" { throw APIError.notFound("network \(r.name) not found") }
    let network = try engine.network(r.name)
    let containers = try engine.containers(all: false).filter { view in
      view.networks.contains { $0.network == network.name }
    }
    x.respond(200, self.network(network, containers: containers))
  }

  /// - Parameter containers: those that run on it; `nil` where they are not told.
  private func network(_ network: Network, containers: [ContainerView]?) -> JSONValue {
    let spec = network.spec
    let pools = spec.pools.map { pool -> JSONValue in
      var members: [JSONValue.Member] = []
      if let subnet = pool.subnet { members.append(.init("Subnet", .string(subnet))) }
      if let range = pool.ipRange { members.append(.init("IPRange", .string(range))) }
      if let gateway = pool.gateway { members.append(.init("Gateway", .string(gateway))) }
      if !pool.auxiliaryAddresses.isEmpty {
        members.append(.init("AuxiliaryAddresses", .sorted(pool.auxiliaryAddresses)))
      }
      return .object(members)
    }
    return .object([
      "Name": .string(network.name), "Id": .string(network.id), "Created": .string(network.created.description),
      "Scope": "local", "Driver": .string(spec.driver), "EnableIPv4": .boolean(spec.enableIPv4),
      "EnableIPv6": .boolean(spec.enableIPv6),
      "IPAM": .object([
        "Driver": .string(spec.ipamDriver ?? "default"),
        "Options": spec.ipamOptions.isEmpty ? .null : .sorted(spec.ipamOptions), "Config": .array(pools),
      ]),
      "Internal": .boolean(spec.isInternal), "Attachable": .boolean(spec.attachable), "Ingress": false,
      "ConfigFrom": .object(["Network": ""]), "ConfigOnly": false,
      "Containers": .object((containers ?? []).map { member($0, network) }), "Options": .sorted(spec.driverOptions),
      "Labels": .sorted(spec.labels),
    ])
  }

  private func member(_ view: ContainerView, _ network: Network) -> JSONValue.Member {
    let endpoint = view.networks.first { $0.network == network.name }
    return .init(
      view.id,
      .object([
        "Name": .string(view.name), "EndpointID": .string(String((view.id + network.id).suffix(64))),
        "MacAddress": .string(endpoint?.macAddress ?? ""), "IPv4Address": .string(endpoint?.ipv4 ?? ""),
        "IPv6Address": .string(endpoint?.ipv6 ?? ""),
      ]))
  }

  func createNetwork(_ x: Exchange, _ r: Exchange.Route) throws {
    let body = try x.decode(NetworkBody.self)
    guard let name = body.name, !name.isEmpty else { throw APIError.badRequest("network name must not be empty") }
    if let scope = body.scope, !["", "local"].contains(scope) || body.ingress ?? false { throw APIError.noSwarm }
    if body.ingress ?? false { throw APIError(403, "Ingress network can only be global scope network") }
    if let template = body.template?.network, !template.isEmpty {
      throw APIError.notFound("configuration network \"\(template)\" does not exist")
    }
    if let driver = body.ipam?.driver, !["", "default"].contains(driver) {
      throw APIError.notFound("plugin \"\(driver)\" not found")
    }
    if body.configOnly ?? false { throw APIError.badRequest("networks of configuration only are not there") }
    guard !Network.predefined.contains(where: { $0.name == name }), !["default", Engine.defaultNetwork].contains(name)
    else {
      throw APIError(403, "operation is not permitted on predefined \(name) network")
    }
    var spec = NetworkSpec(name: name)
    spec.driver = body.driver.flatMap { $0.isEmpty ? nil : $0 } ?? "bridge"
    if spec.driver == "overlay" { throw APIError.noSwarm }
    guard spec.driver == "bridge" || NetworkDrivers.known.contains(spec.driver) else {
      throw APIError.notFound("could not find plugin \(spec.driver) in v1 plugin registry: plugin not found")
    }
    spec.driverOptions = body.options ?? [:]
    spec.isInternal = body.isInternal ?? false
    spec.attachable = body.attachable ?? false
    spec.enableIPv4 = body.enableIPv4 ?? true
    spec.enableIPv6 = body.enableIPv6 ?? false
    spec.labels = body.labels ?? [:]
    spec.ipamDriver = body.ipam?.driver.flatMap { $0.isEmpty || $0 == "default" ? nil : $0 }
    spec.ipamOptions = body.ipam?.options ?? [:]
    spec.pools = (body.ipam?.pools ?? []).map { pool in
      var spec = AddressPool(
        subnet: pool.subnet.flatMap { $0.isEmpty ? nil : $0 }, ipRange: pool.range.flatMap { $0.isEmpty ? nil : $0 },
        gateway: pool.gateway.flatMap { $0.isEmpty ? nil : $0 })
      spec.auxiliaryAddresses = pool.auxiliary ?? [:]
      return spec
    }.filter { $0 != AddressPool() }
    // Who names a subnet wants it.
    if spec.pools.contains(where: { $0.subnet?.contains(":") ?? false }), body.enableIPv6 == nil {
      spec.enableIPv6 = true
    }
    do {
      let network = try engine.createNetwork(spec)
      x.respond(201, .object(["Id": .string(network.id), "Warning": ""]))
    } catch let failure as Failure where failure.code == .conflict && failure.message.contains("name") {
      throw APIError.conflict("network with name \(name) already exists")
    }
  }

  func connect(_ x: Exchange, _ r: Exchange.Route) throws {
    let body = try x.decode(ConnectBody.self)
    guard let container = body.container, !container.isEmpty else {
      throw APIError.badRequest("a container is missing")
    }
    let network = try engine.network(r.name)
    switch try engine.container(container).record.spec.networkMode {
    case .host, .container:
      throw APIError.badRequest(
        "container sharing network namespace with another container or host cannot be connected to any other network")
    // Also one that was taken off its last network.
    case .none, .networks: break
    }
    let attachment = body.endpoint?.attachment(network.name) ?? NetworkAttachment(network: network.name)
    do { try engine.connect(container, attachment) } catch let failure as Failure
      where failure.code == .conflict && failure.message.hasPrefix("is on network")
    {
      throw APIError(
        403, "endpoint with name \(try engine.container(container).name) already exists in network \(network.name)")
    }
    x.respond(200)
  }

  func disconnect(_ x: Exchange, _ r: Exchange.Route) throws {
    let body = try x.decode(ConnectBody.self)
    guard let container = body.container, !container.isEmpty else {
      throw APIError.badRequest("a container is missing")
    }
    let network = try engine.network(r.name)
    // One that is gone is not on it any more.
    if body.force ?? false, (try? engine.container(container)) == nil { return x.respond(200) }
    do { try engine.disconnect(container, from: network.name) } catch let failure as Failure
      where failure.code == .conflict && failure.message.hasPrefix("is not on network")
    { throw APIError(403, "container \(container) is not connected to network \(network.name)") }
    x.respond(200)
  }

  func removeNetwork(_ x: Exchange, _ r: Exchange.Route) throws {
    let network = try engine.network(r.name)
    guard !network.isPredefined else {
      throw APIError(403, "\(network.name) is a pre-defined network and cannot be removed")
    }
    do { try engine.removeNetwork(network.id) } catch let failure as Failure where failure.code == .conflict {
      throw APIError(
        403,
        "error while removing network: network \(network.name) id \(network.id) has active endpoints: \(failure.message)"
      )
    }
    x.respond(204)
  }

  func pruneNetworks(_ x: Exchange, _ r: Exchange.Route) throws {
    let filters = try Filters(r.query["filters"])
    let removed = try engine.pruneNetworks(filters.terms, until: try until(filters))
    x.respond(200, .object(["NetworksDeleted": removed.isEmpty ? .null : removed.json]))
  }
}

/// Drivers that the engine has beside bridges.
enum NetworkDrivers {
  static let known: Set<String> = ["macvlan", "ipvlan"]
}
