import Diagnostics
import Launch
import Linux
import Networking
import Runtime
import Spec

/// A container's place on the network, made before its process.
struct PreparedNetwork: Sendable {
  var live = LiveNetwork()
  var reservations: [PortReservation] = []
  /// Gives it all back; the interfaces go with the namespace.
  var undo: @Sendable () -> Void = {}
}

extension Engine {
  /// Makes a container's network namespace with its interfaces, reserves its ports, writes its names and the files that
  /// tell it of them.
  func prepareNetwork(
    _ record: ContainerRecord, _ effective: EffectiveSpec, _ resources: inout LaunchResources, _ standing: Standing
  ) throws -> PreparedNetwork {
    var network = PreparedNetwork()
    let own = record.spec.userns == .private ? try IdentityRange(container: record.id).makeNamespace() : nil
    resources.users = own?.users
    switch record.spec.networkMode {
    case .none: resources.network = try stack.makeNamespace(own?.network).descriptor
    case .host: break
    case .container(let other):
      let pid = try runningProcess(of: other, whose: "network namespace")
      resources.network = try Namespaces.network.open(of: pid)
    case .networks:
      network = try attach(record, effective, own?.network, &resources, standing)
    }
    network.live.standing = standing
    do { try writeHostFiles(record, effective, network, &resources) } catch {
      network.undo()
      throw error
    }
    return network
  }

  private func attach(
    _ record: ContainerRecord, _ effective: EffectiveSpec, _ made: Descriptor?, _ resources: inout LaunchResources,
    _ standing: Standing
  ) throws -> PreparedNetwork {
    let attachments = record.attachments
    let joined = try attachments.map { try attachableNetwork($0.network) }
    let undo: @Sendable () -> Void = { [self] in
      for network in joined {
        try? networkStore.leases(network.id).release(container: record.id)
        try? Descriptor.open(networkStore.names(network.id), .anchor).unlink(record.id)
      }
      try? portClaims.release(container: record.id)
    }
    let hold = try networkStore.holdExisting()
    defer { hold.unlock() }
    for network in joined where try networkStore.read(network.id) == nil {
      throw Failure(.notFound, "was removed just now", subject: "network \(network.name)")
    }
    do {
      var network = PreparedNetwork(undo: undo)
      let requests = try zip(attachments, joined).map { try request($0, $1, record) }
      let namespace = try stack.makeNamespace(made)
      let endpoints = try stack.attach(requests, container: record.id, namespace: namespace)
      network.live.endpoints = endpoints.compactMap { endpoint in
        zip(attachments, joined).first { $1.id == endpoint.networkID }
          .map { NetworkEndpoint(attachment: $0.0, endpoint: endpoint) }
      }
      network.reservations = try reservePorts(record, joined, standing)
      network.live.claims = network.reservations.map(\.claimPath)
      publish(endpoints.filter { !$0.hostInterface.isEmpty }, &network, &resources)
      if standing == .inPlace {
        for endpoint in endpoints { try writeNames(of: record, endpoint) }
      } else {
        (network.live.held, network.live.published) = (network.live.published, [])
        for index in resources.ports.indices { resources.ports[index].1.isHeld = true }
      }
      let port = try nameServicePort(record, effective, namespace)
      resources.dns = try nameService(record, endpoints, port: port)
      resources.unlinkOnExit = leftovers(of: record, network.live)
      resources.network = namespace.descriptor
      return network
    } catch {
      undo()
      throw error
    }
  }

  /// The files that a container's end takes away: its names, its leases, its claims to ports.
  func leftovers(of record: ContainerRecord, _ live: LiveNetwork) -> [String] {
    live.claims
      + live.endpoints.flatMap { endpoint in
        ["\(networkStore.names(endpoint.networkID))/\(record.id)"]
          + endpoint.addresses.map { "\(networkStore.leases(endpoint.networkID).directory)/\($0)" }
      }
  }

  /// An address for each family of the network, and the bridge that it is to be on.
  func request(_ attachment: NetworkAttachment, _ network: Network, _ record: ContainerRecord) throws
    -> EndpointRequest
  {
    try ensureBridge(network)
    let addresses = try networkStore.leases(network.id).lease(
      network.spec, attachment: attachment, container: record.id, isStale: isStale)
    return EndpointRequest(
      bridge: try BridgeDefinition(networkID: network.id, spec: network.spec), attachment: attachment,
      addresses: addresses, macAddress: record.spec.macAddress)
  }

  private func reservePorts(
    _ record: ContainerRecord, _ networks: [Network], _ standing: Standing
  ) throws -> [PortReservation] {
    // Nobody reaches a container through this host whose link is the host's own.
    let networks = networks.filter { $0.spec.driver == "bridge" }
    guard !record.spec.ports.isEmpty, !networks.isEmpty else { return [] }
    let binding = try networks.first.map { try BridgeDefinition(networkID: $0.id, spec: $0.spec).defaultBinding }
    return try portClaims.reserve(
      record.spec.ports, container: record.id, sharing: record.owner.map { "\($0.project)/\($0.service)" },
      defaultBinding: binding ?? nil, listens: standing == .inPlace, isStale: isStale,
      describe: containerStore.words)
  }

  /// The firewall's elements, and the sockets that the shim keeps.
  private func publish(_ endpoints: [Endpoint], _ network: inout PreparedNetwork, _ resources: inout LaunchResources) {
    let addresses = endpoints.publishedAddresses
    for reservation in network.reservations {
      network.live.published += reservation.publications(to: addresses)
      network.live.ports += reservation.addresses.map {
        BoundPort(
          hostAddress: "\($0)", hostPort: reservation.hostPort, containerPort: reservation.containerPort,
          transport: reservation.transport)
      }
      for socket in reservation.sockets {
        var port = PortLaunch()
        port.transport = reservation.transport == .udp ? .udp : .tcp
        let address = addresses.first { $0.family == socket.address.family } ?? addresses.first
        port.address = address.map { "\($0)" } ?? ""
        port.port = reservation.containerPort
        resources.ports.append((socket.descriptor, port))
      }
    }
    resources.exitNetlink = NetworkStack.exitNetlink(network.live.published).map { Datagram($0) }
  }
}

extension ContainerRecord {
  /// The networks to attach to, the default one where none is named, in the order in which it is done.
  var attachments: [NetworkAttachment] {
    guard spec.networkMode == .networks else { return [] }
    let asked = spec.networks.isEmpty ? [NetworkAttachment(network: Engine.defaultNetwork)] : spec.networks
    return asked.enumerated().sorted {
      ($1.element.priority, $0.offset) < ($0.element.priority, $1.offset)
    }.map(\.element)
  }
}

extension NetworkEndpoint {
  init(attachment: NetworkAttachment, endpoint: Endpoint) {
    self.init(attachment: attachment, networkID: endpoint.networkID)
    ipv4 = endpoint.ipv4.map { "\($0)" }
    ipv6 = endpoint.ipv6.map { "\($0)" }
    gateway4 = endpoint.gateway4.map { "\($0)" }
    gateway6 = endpoint.gateway6.map { "\($0)" }
    macAddress = endpoint.macAddress
    interfaceName = endpoint.interface
    hostInterface = endpoint.hostInterface
  }
}
