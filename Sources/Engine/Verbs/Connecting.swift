import Diagnostics
import Launch
import Linux
import Networking
import Spec

extension Engine {
  /// Puts a container on one more network; one that runs gets the interface at once.
  public func connect(_ id: String, _ attachment: NetworkAttachment) throws {
    try host.requirePrivileges()
    let id = try containerStore.resolve(id)
    let lock = try containerStore.lock(id)
    defer { lock.unlock() }
    var record = try record(id)
    do {
      // One that was taken off its last network has `none`, and may come back.
      guard record.spec.networkMode == .networks || record.spec.networkMode == .none else {
        throw Failure(.conflict, "has network_mode \(record.spec.networkMode), which goes with no other network")
      }
      guard !record.attachments.contains(where: { $0.network == attachment.network }) else {
        throw Failure(.conflict, "is on network \(attachment.network) already")
      }
      let network = try attachableNetwork(attachment.network)
      let paths = host.container(id)
      if case .alive(let state) = LiveState.of(paths) {
        try attachLive(record, state.pid, attachment, network)
      }
      record.spec.networks = record.attachments + [attachment]
      record.spec.networkMode = .networks
      try containerStore.write(record)
      note("connect", network, container: id)
    } catch { throw Failure(error).of(container: record.name) }
    changes.note(host.container(id).record, host.container(id).folder)
  }

  private func attachLive(
    _ record: ContainerRecord, _ pid: Int32, _ attachment: NetworkAttachment, _ network: Network
  ) throws {
    let paths = host.container(record.id)
    var live = LiveNetwork.read(paths) ?? LiveNetwork()
    do {
      let namespace = try NetworkNamespace(ofProcess: pid)
      let endpoints = try stack.attach(
        [try request(attachment, network, record)], container: record.id, namespace: namespace,
        present: live.endpoints.map(Endpoint.init))
      for endpoint in endpoints {
        live.endpoints.append(NetworkEndpoint(attachment: attachment, endpoint: endpoint))
        if live.standing == .inPlace { try writeNames(of: record, attachment, network.id, endpoint.addresses) }
      }
      try live.write(paths)
      try tellShim(record, live)
    } catch {
      try? networkStore.leases(network.id).release(container: record.id)
      throw error
    }
  }

  /// Takes a container off a network; one that runs loses the interface at once.
  /// - Parameter force: not being on it is no failure.
  public func disconnect(_ id: String, from network: String, force: Bool = false) throws {
    try host.requirePrivileges()
    let id = try containerStore.resolve(id)
    let lock = try containerStore.lock(id)
    defer { lock.unlock() }
    var record = try record(id)
    do {
      guard record.attachments.contains(where: { $0.network == network }) else {
        if force { return }
        throw Failure(.conflict, "is not on network \(network)")
      }
      if case .alive(let state) = LiveState.of(host.container(id)) { try detachLive(record, state.pid, network) }
      record.spec.networks = record.attachments.filter { $0.network != network }
      if record.spec.networks.isEmpty { record.spec.networkMode = .none }
      try containerStore.write(record)
      if let left = try? networkStore.resolve(network) { note("disconnect", left, container: id) }
    } catch { throw Failure(error).of(container: record.name) }
    changes.note(host.container(id).record, host.container(id).folder)
  }

  private func detachLive(_ record: ContainerRecord, _ pid: Int32, _ name: String) throws {
    let paths = host.container(record.id)
    guard var live = LiveNetwork.read(paths), let left = live.endpoints.first(where: { $0.network == name }) else {
      return
    }
    live.endpoints.removeAll { $0.network == name }
    try? Descriptor.open(networkStore.names(left.networkID), .anchor).unlink(record.id)
    try stack.detach(
      Endpoint(left), namespace: NetworkNamespace(ofProcess: pid), remaining: live.endpoints.map(Endpoint.init))
    try? networkStore.leases(left.networkID).release(container: record.id)
    // Ports that led there lead to a network that is left, if there is one.
    let gone = live.published.filter { left.addresses.contains($0.containerAddress) }
    let ways = live.endpoints.map(Endpoint.init).publishedAddresses
    let moved = gone.compactMap { port in
      ways.first { $0.family == port.hostAddress.family }.map { address in
        var port = port
        port.containerAddress = address
        return port
      }
    }
    if !gone.isEmpty { try stack.unpublish(gone) }
    if !moved.isEmpty { try stack.publish(moved) }
    live.published.removeAll(where: gone.contains)
    live.published += moved
    try live.write(paths)
    try tellShim(record, live)
  }

  /// What the shim takes away at the container's end, and where it looks for names, follows the networks.
  func tellShim(_ record: ContainerRecord, _ live: LiveNetwork) throws {
    var networks = NetworksLaunch()
    networks.namesDirectories = live.endpoints.map { networkStore.names($0.networkID) }
    networks.exitNetlink = NetworkStack.exitNetlink(live.published).map { Datagram($0) }
    networks.unlinkOnExit = leftovers(of: record, live)
    try command(record, .networks(networks), "telling its shim of its networks failed")
    try command(record, .events(events(of: record, live)), "telling its shim of its networks failed")
  }
}

extension NetworkEndpoint {
  var addresses: [IPAddress] {
    [ipv4, ipv6].compactMap { $0.flatMap { InterfaceAddress($0)?.address } }
  }
}

extension Endpoint {
  /// As it was when it was made.
  init(_ endpoint: NetworkEndpoint) {
    self.init(
      networkID: endpoint.networkID, networkName: endpoint.network, interface: endpoint.interfaceName ?? "",
      hostInterface: endpoint.hostInterface ?? "", macAddress: endpoint.macAddress ?? "",
      ipv4: endpoint.ipv4.flatMap { InterfaceAddress($0) }, ipv6: endpoint.ipv6.flatMap { InterfaceAddress($0) },
      gateway4: endpoint.gateway4.flatMap { IPAddress($0) }, gateway6: endpoint.gateway6.flatMap { IPAddress($0) })
    gatewayPriority = endpoint.attachment.gatewayPriority
  }
}
