import Arguments
import Diagnostics
import Engine
import Spec

/// `network connect` and `network disconnect`, of containers that run and of those that do not.
enum NetworkConnection {
  static var connect: Command {
    Command(
      "connect", "Connect a container to a network", usage: "[OPTIONS] NETWORK CONTAINER",
      flags: [
        .list("alias", nil, "Add network-scoped alias for the container", placeholder: "strings"),
        .list("driver-opt", nil, "driver options for the network", placeholder: "strings"),
        .integer("gw-priority", nil, "Highest gw-priority provides the default gateway"),
        .text("ip", nil, "IPv4 address (e.g., \"172.30.100.104\")"),
        .text("ip6", nil, "IPv6 address (e.g., \"2001:db8::33\")"),
        .list("link", nil, "Add link to another container", placeholder: "list"),
        .list("link-local-ip", nil, "Add a link-local address for the container", placeholder: "strings"),
      ], arity: 2...2, positionals: [.networks, .containers]
    ) { arguments in
      let engine = try Invocation(arguments).engine()
      // What it is called on this machine, whatever a person named it by.
      var attachment = NetworkAttachment(network: try engine.network(arguments.positionals[0]).name)
      attachment.aliases = arguments.list("alias").flatMap { $0.split(separator: ",").map(String.init) }
      attachment.ipv4Address = arguments.given("ip")
      attachment.ipv6Address = arguments.given("ip6")
      attachment.linkLocalAddresses = arguments.list("link-local-ip")
      attachment.driverOptions = arguments.map("driver-opt")
      attachment.gatewayPriority = arguments.integer("gw-priority") ?? 0
      let links = arguments.list("link").map { $0.contains(":") ? $0 : "\($0):\($0)" }
      if !links.isEmpty { attachment.links = links }
      try engine.connect(arguments.positionals[1], attachment)
      try engine.flush()
      return ExitStatus.success
    }
  }

  static var disconnect: Command {
    Command(
      "disconnect", "Disconnect a container from a network", usage: "[OPTIONS] NETWORK CONTAINER",
      flags: [.boolean("force", "f", "Force the container to disconnect from a network")], arity: 2...2,
      positionals: [.networks, .containers]
    ) { arguments in
      let engine = try Invocation(arguments).engine()
      // A network that is gone may still be in a container's record.
      let name = (try? engine.network(arguments.positionals[0]).name) ?? arguments.positionals[0]
      try engine.disconnect(arguments.positionals[1], from: name, force: arguments.boolean("force"))
      try engine.flush()
      return ExitStatus.success
    }
  }
}
