import Arguments
import Diagnostics
import Engine
import Linux
import Presentation
import Spec

/// `davit network …`, as `docker network …`.
enum NetworkCommands {
  static var group: Command {
    .group(
      "network", "Manage networks",
      [
        Command(
          "create", "Create a network", usage: "[OPTIONS] NETWORK",
          flags: [
            .boolean("attachable", nil, "Enable manual container attachment"),
            .list("aux-address", nil, "Auxiliary IPv4 or IPv6 addresses used by Network driver", placeholder: "map"),
            .text("driver", "d", "Driver to manage the Network", initially: "bridge", values: .words(["bridge"])),
            .list("gateway", nil, "IPv4 or IPv6 Gateway for the master subnet", placeholder: "strings"),
            .boolean("internal", nil, "Restrict external access to the network"),
            .list("ip-range", nil, "Allocate container ip from a sub-range", placeholder: "strings"),
            .boolean("ipv6", nil, "Enable or disable IPv6 address assignment"),
            .list("label", nil, "Set metadata on a network", placeholder: "list"),
            .list("opt", "o", "Set driver specific options", placeholder: "map"),
            .list("subnet", nil, "Subnet in CIDR format that represents a network segment", placeholder: "strings"),
          ], arity: 1...1
        ) { try create(Invocation($0)) },
        Command(
          "inspect", "Display detailed information on one or more networks", usage: "[OPTIONS] NETWORK [NETWORK...]",
          flags: [.template], arity: .atLeast(1), positionals: [.networks]
        ) { try Invocation($0).inspect([.network]) },
        Command(
          "ls", "List networks",
          flags: [
            .list("filter", "f", "Provide filter values (name=…, label=…, driver=…)", placeholder: "filter"), .format(),
            .boolean("no-trunc", nil, "Do not truncate the output"), .boolean("quiet", "q", "Only display network IDs"),
          ]
        ) { try list(Invocation($0)) }.aliased("list"),
        Command(
          "rm", "Remove one or more networks", usage: "[OPTIONS] NETWORK [NETWORK...]",
          flags: [.boolean("force", "f", "Do not error if the network does not exist")], arity: .atLeast(1),
          positionals: [.networks]
        ) { arguments in
          let engine = try Invocation(arguments).engine()
          return Invocation.forEach(arguments.positionals) { name in
            do { try engine.removeNetwork(name) } catch let failure as Failure
              where failure.code == .notFound && arguments.boolean("force")
            {}
            return name
          }
        }.aliased("remove"),
      ])
  }

  private static func list(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let filters = try ListFilters(arguments.list("filter"), known: ["name", "label", "driver"])
    let networks = try invocation.engine().networks().sorted { $0.name < $1.name }.filter {
      filters.accept(name: $0.name, labels: $0.spec.labels, other: ["driver": $0.spec.driver])
    }
    let cut: (String) -> String = { arguments.boolean("no-trunc") ? $0 : Ellipsis.id($0) }
    if arguments.boolean("quiet") {
      for network in networks { Output.standard.print(cut(network.id)) }
      return ExitStatus.success
    }
    let rows = networks.map { network in
      JSONValue.object([
        "CreatedAt": .string(LocalTime.text(network.created)), "Driver": .string(network.spec.driver),
        "ID": .string(cut(network.id)), "IPv4": .string("\(network.spec.enableIPv4)"),
        "IPv6": .string("\(network.spec.enableIPv6)"), "Internal": .string("\(network.spec.isInternal)"),
        "Labels": .string(Listing.labels(network.spec.labels)), "Name": .string(network.name), "Scope": "local",
      ])
    }
    Output.standard.write(
      try invocation.format.render(
        columns: [("NETWORK ID", "ID"), ("NAME", "Name"), ("DRIVER", "Driver"), ("SCOPE", "Scope")], rows: rows))
    return ExitStatus.success
  }

  private static func create(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    var spec = NetworkSpec(name: arguments.positionals[0])
    spec.driver = arguments.text("driver") ?? "bridge"
    spec.isInternal = arguments.boolean("internal")
    spec.enableIPv6 = arguments.boolean("ipv6")
    spec.attachable = arguments.boolean("attachable")
    spec.labels = Environment.pairs(arguments.list("label")) { _ in "" }
    spec.driverOptions = Environment.pairs(arguments.list("opt")) { _ in "" }
    spec.pools = try pools(arguments)
    let engine = try invocation.engine()
    let network = try engine.createNetwork(spec)
    try engine.flush()
    Output.standard.print(network.id)
    return ExitStatus.success
  }

  /// Gateways, ranges and auxiliary addresses each belong to the subnet that contains them.
  private static func pools(_ arguments: ParsedArguments) throws -> [AddressPool] {
    var pools = try arguments.list("subnet").map { text in
      guard let subnet = Subnet(text) else {
        throw Failure(.invalidInput, "\"\(text)\" is not a subnet", subject: "--subnet", hint: "write 10.1.0.0/24")
      }
      return (subnet: subnet, pool: AddressPool(subnet: text))
    }
    func place(_ address: String, _ flag: String, _ put: (inout AddressPool) -> Void) throws {
      guard let parsed = IPAddress(address.prefix { $0 != "/" }),
        let index = pools.firstIndex(where: { $0.subnet.contains(parsed) })
      else {
        throw Failure(.invalidInput, "no --subnet contains \(address)", subject: "--\(flag)")
      }
      put(&pools[index].pool)
    }
    for gateway in arguments.list("gateway") { try place(gateway, "gateway") { $0.gateway = gateway } }
    for range in arguments.list("ip-range") { try place(range, "ip-range") { $0.ipRange = range } }
    for (name, address) in Environment.pairs(arguments.list("aux-address"), lookUp: { _ in nil }) {
      try place(address, "aux-address") { $0.auxiliaryAddresses[name] = address }
    }
    return pools.map(\.pool)
  }
}
