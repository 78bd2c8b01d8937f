import Diagnostics
import Linux
import Networking
import Spec

extension Engine {
  /// The network that `network_mode: bridge` means; made when it is first needed.
  public static let defaultNetwork = "bridge"

  /// - Parameter project: only those that belong to it.
  public func networks(project: String? = nil) throws -> [Network] {
    let (networks, damaged) = try networkStore.list()
    for (_, failure) in damaged { warn("\(failure.description) (`davit doctor --repair` sets it aside)") }
    return project == nil ? networks : networks.filter { $0.owner?.project == project }
  }

  public func network(_ nameOrID: String) throws -> Network {
    try Network.predefined(nameOrID) ?? networkStore.resolve(nameOrID)
  }

  /// Makes a network: addresses for it, its record, its bridge.
  /// - Throws: `.conflict` where the name or the subnet is taken.
  public func createNetwork(_ spec: NetworkSpec, owner: Ownership? = nil) throws -> Network {
    try host.requirePrivileges()
    try Identifier.requireText(spec.name, of: "network")
    guard spec.driver == "bridge" || BridgeDefinition.directDrivers.contains(spec.driver) else {
      throw Failure(
        .unsupported, "there is no network driver \"\(spec.driver)\"", subject: "network \(spec.name)",
        hint: "use the driver bridge, macvlan or ipvlan")
    }
    guard Network.predefined(spec.name) == nil else {
      throw Failure(
        .conflict, "operation is not permitted on predefined \(spec.name) network", subject: "network \(spec.name)")
    }
    let lock = try networkStore.lock()
    defer { lock.unlock() }
    let existing = try networkStore.list().networks
    if let taken = existing.first(where: { $0.name == spec.name }) {
      let project = taken.owner.map { " (project \($0.project))" } ?? ""
      throw Failure(.conflict, "there is a network of that name already\(project)", subject: "network \(spec.name)")
    }
    let id = Identifier.random()
    do {
      let subnets = Dictionary(uniqueKeysWithValues: existing.map { ($0.name, $0.subnets) })
      let filled = try AddressPlan.resolve(
        spec, networkID: id, networks: subnets, host: stack.hostSubnets())
      let network = Network(id: id, spec: filled, asked: spec, owner: owner, created: .now())
      try networkStore.write(network)
      changes.note(networkStore.folder(id) + "/" + NetworkStore.recordName, networkStore.folder(id), host.networks)
      failpoints("network.written")
      try ensureBridge(network)
      note("create", network)
      return network
    } catch {
      try? networkStore.remove(id)
      throw Failure(error).about("network \(spec.name)")
    }
  }

  /// Refused while containers are attached to it.
  public func removeNetwork(_ nameOrID: String) throws {
    try host.requirePrivileges()
    let network = try network(nameOrID)
    guard !network.isPredefined else {
      throw Failure(
        .conflict, "is a pre-defined network and cannot be removed", subject: "network \(network.name)")
    }
    let lock = try networkStore.lock()
    defer { lock.unlock() }
    let users = try attachedContainers(network)
    guard users.isEmpty else {
      throw Failure(
        .conflict, "is used by \(users.joined(separator: ", "))", subject: "network \(network.name)",
        hint: "stop or disconnect these containers first")
    }
    do {
      try stack.removeBridge(BridgeDefinition(networkID: network.id, spec: network.spec))
      failpoints("network.bridge-removed")
      ensured.forget(network.id)
      try networkStore.remove(network.id)
      note("destroy", network)
    } catch { throw Failure(error).about("network \(network.name)") }
  }

  /// Names of the containers that run on a network.
  private func attachedContainers(_ network: Network) throws -> [String] {
    let holders = Set(try networkStore.leases(network.id).all().values)
    return try holders.filter { !isStale($0) }.map { try containerStore.read($0)?.name ?? String($0.prefix(12)) }
      .sorted()
  }

  /// The bridge is there and right: after a reboot, and after somebody removed it, it is made again.
  func ensureBridge(_ network: Network) throws {
    try ensured.once(network.id) {
      for warning in try stack.ensureBridge(BridgeDefinition(networkID: network.id, spec: network.spec)) {
        warn(warning.message)
      }
    }
  }

  /// The network that an attachment names; the default one is made on demand.
  func attachableNetwork(_ name: String) throws -> Network {
    do { return try networkStore.resolve(name) } catch {
      guard error.code == .notFound, name == Self.defaultNetwork else { throw error }
      var spec = NetworkSpec(name: name)
      spec.driverOptions["com.docker.network.bridge.name"] = "davit0"
      do { return try createNetwork(spec) } catch let failure as Failure where failure.code == .conflict {
        return try networkStore.resolve(name)
      }
    }
  }
}

extension Network {
  /// Of its address pools.
  var subnets: [Subnet] { spec.pools.compactMap { $0.subnet.flatMap { Subnet($0) } } }
}
