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
        NetworkConnection.connect, NetworkCreateCommand.command, NetworkConnection.disconnect, inspect, list, prune,
        remove,
      ])
  }

  private static var inspect: Command {
    Command(
      "inspect", "Display detailed information on one or more networks", usage: "[OPTIONS] NETWORK [NETWORK...]",
      flags: [.template, .boolean("verbose", "v", "Verbose output for diagnostics")], arity: .atLeast(1),
      positionals: [.networks]
    ) { try Invocation($0).inspect([.network]) }
  }

  private static var list: Command {
    Command(
      "ls", "List networks",
      flags: [
        .list("filter", "f", "Provide filter values (e.g. \"driver=bridge\")", placeholder: "filter"), .format(),
        .boolean("no-trunc", nil, "Do not truncate the output"), .boolean("quiet", "q", "Only display network IDs"),
      ]
    ) { try show(Invocation($0)) }.aliased("list")
  }

  private static func show(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let networks = try invocation.engine().networks(where: FilterFlags.values(arguments))
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
        columns: [("NETWORK ID", "ID"), ("NAME", "Name"), ("DRIVER", "Driver"), ("SCOPE", "Scope")],
        headings: ["CreatedAt": "CREATED AT"], rows: rows))
    return ExitStatus.success
  }

  private static var prune: Command {
    Command(
      "prune", "Remove all unused networks",
      flags: [
        .list("filter", nil, "Provide filter values (e.g. \"until=<timestamp>\")", placeholder: "filter"),
        .boolean("force", "f", "Do not prompt for confirmation"),
      ]
    ) { arguments in
      let invocation = Invocation(arguments)
      guard
        invocation.confirms("WARNING! This will remove all custom networks not used by at least one container.\n")
      else { return ExitStatus.success }
      let (filters, until) = try FilterFlags.pruning(arguments)
      PrunedText.print("Networks", try invocation.engine().pruneNetworks(filters, until: until), nil)
      return ExitStatus.success
    }
  }

  private static var remove: Command {
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
    }.aliased("remove")
  }
}
