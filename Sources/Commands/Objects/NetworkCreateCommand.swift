import Arguments
import Diagnostics
import Engine
import Linux
import Spec

enum NetworkCreateCommand {
  static var command: Command {
    Command(
      "create", "Create a network", usage: "[OPTIONS] NETWORK",
      flags: [
        .boolean("attachable", nil, "Enable manual container attachment"),
        .list("aux-address", nil, "Auxiliary IPv4 or IPv6 addresses used by Network driver", placeholder: "map"),
        Flag.text("config-from", nil, "The network from which to copy the configuration")
          .refused(because: "configurations of networks belong to a swarm"),
        Flag.boolean("config-only", nil, "Create a configuration only network")
          .refused(because: "configurations of networks belong to a swarm"),
        .text("driver", "d", "Driver to manage the Network", initially: "bridge", values: .words(["bridge"])),
        .list("gateway", nil, "IPv4 or IPv6 Gateway for the master subnet", placeholder: "strings"),
        Flag.boolean("ingress", nil, "Create swarm routing-mesh network").refused(because: "there is no swarm"),
        .boolean("internal", nil, "Restrict external access to the network"),
        .list("ip-range", nil, "Allocate container ip from a sub-range", placeholder: "strings"),
        .text("ipam-driver", nil, "IP Address Management Driver", initially: "default"),
        .list("ipam-opt", nil, "Set IPAM driver specific options", placeholder: "map"),
        .boolean("ipv4", nil, "Enable or disable IPv4 address assignment", initially: true),
        .boolean("ipv6", nil, "Enable or disable IPv6 address assignment"),
        .list("label", nil, "Set metadata on a network", placeholder: "list"),
        .list("opt", "o", "Set driver specific options", placeholder: "map"),
        .text("scope", nil, "Control the network's scope"),
        .list("subnet", nil, "Subnet in CIDR format that represents a network segment", placeholder: "strings"),
      ], arity: 1...1
    ) { try create(Invocation($0)) }
  }

  private static func create(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    if let scope = arguments.given("scope"), scope != "local" {
      throw Failure(.unsupported, "there is no scope \"\(scope)\": this is one machine", subject: "--scope")
    }
    var spec = NetworkSpec(name: arguments.positionals[0])
    spec.driver = arguments.text("driver") ?? "bridge"
    spec.isInternal = arguments.boolean("internal")
    spec.enableIPv4 = arguments.boolean("ipv4")
    spec.enableIPv6 = arguments.boolean("ipv6")
    spec.attachable = arguments.boolean("attachable")
    spec.labels = arguments.map("label")
    spec.driverOptions = arguments.map("opt")
    if let driver = arguments.given("ipam-driver"), driver != "default" { spec.ipamDriver = driver }
    spec.ipamOptions = arguments.map("ipam-opt")
    spec.pools = try pools(arguments)
    // A subnet of the family says that it is wanted.
    if !arguments.isGiven("ipv6"), spec.pools.contains(where: { $0.subnet?.contains(":") ?? false }) {
      spec.enableIPv6 = true
    }
    let engine = try invocation.engine()
    let network = try engine.createNetwork(spec)
    try engine.flush()
    Output.standard.print(network.id)
    return ExitStatus.success
  }

  /// Gateways, ranges and auxiliary addresses each belong to the subnet that contains them. Each may be a list.
  private static func pools(_ arguments: ParsedArguments) throws -> [AddressPool] {
    func values(_ flag: String) -> [String] {
      arguments.list(flag).flatMap { $0.split(separator: ",").map(String.init) }
    }
    var pools: [(subnet: Subnet, pool: AddressPool)] = []
    for text in values("subnet") {
      guard let subnet = Subnet(text) else {
        throw Failure(.invalidInput, "\"\(text)\" is not a subnet", subject: "--subnet", hint: "write 10.1.0.0/24")
      }
      if let other = pools.first(where: { $0.subnet.overlaps(subnet) }) {
        throw Failure(.invalidInput, "the subnets \(other.pool.subnet ?? "") and \(text) overlap", subject: "--subnet")
      }
      pools.append((subnet, AddressPool(subnet: text)))
    }
    func place(_ address: String, _ flag: String, _ put: (inout AddressPool) throws -> Void) throws {
      guard let parsed = IPAddress(address.prefix { $0 != "/" }),
        let index = pools.firstIndex(where: { $0.subnet.contains(parsed) })
      else {
        throw Failure(.invalidInput, "no matching subnet for \(flag) \(address)", subject: "--\(flag)")
      }
      try put(&pools[index].pool)
    }
    for gateway in values("gateway") {
      try place(gateway, "gateway") { pool in
        guard pool.gateway == nil else {
          throw Failure(.invalidInput, "cannot configure multiple gateways for the same subnet", subject: "--gateway")
        }
        pool.gateway = gateway
      }
    }
    for range in values("ip-range") {
      try place(range, "ip-range") { pool in
        guard pool.ipRange == nil else {
          throw Failure(.invalidInput, "cannot configure multiple ranges for the same subnet", subject: "--ip-range")
        }
        pool.ipRange = range
      }
    }
    for (name, address) in Environment.pairs(values("aux-address"), lookUp: { _ in nil }) {
      try place(address, "aux-address") { $0.auxiliaryAddresses[name] = address }
    }
    return pools.map(\.pool)
  }
}
