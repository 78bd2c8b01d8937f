import Arguments
import Diagnostics

enum PortCommand {
  static var command: Command {
    Command(
      "port", "Print the public port for a port binding", usage: "[OPTIONS] SERVICE PRIVATE_PORT",
      flags: [
        .index,
        .text("protocol", nil, "tcp or udp", initially: "tcp", values: .words(["tcp", "udp"])),
      ], arity: 2...2, positionals: [.services, .none]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    // `53/udp` says it all in one word.
    let parts = arguments.positionals[1].split(separator: "/", omittingEmptySubsequences: false)
    let transport = (parts.count > 1 ? String(parts[1]) : arguments.text("protocol") ?? "tcp").lowercased()
    guard let port = UInt16(parts[0]), parts.count < 3 else {
      throw Failure(.invalidInput, "\"\(arguments.positionals[1])\" is not a port")
    }
    let scope = try invocation.scope(services: [arguments.positionals[0]])
    let container = try invocation.engine().replica(
      of: arguments.positionals[0], in: scope.name, index: arguments.integer("index"))
    let bound = container.ports.filter { $0.containerPort == port && $0.transport.rawValue == transport }
    // One line, and the IPv4 one where there are two, as people read it.
    guard let first = bound.first(where: { !$0.hostAddress.contains(":") }) ?? bound.first else {
      let known = container.ports.map { "\($0.hostPort)/\($0.transport.rawValue)" }.joined(separator: ", ")
      throw Failure(
        .notFound, "no port \(port)/\(transport) for container \(container.name)" + (known.isEmpty ? "" : ": \(known)"))
    }
    let address = first.hostAddress.contains(":") ? "[\(first.hostAddress)]" : first.hostAddress
    Output.standard.print("\(address):\(first.hostPort)")
    return ExitStatus.success
  }
}
