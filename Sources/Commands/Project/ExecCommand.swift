import Arguments
import Diagnostics
import Engine
import Glibc
import Linux

enum ExecCommand {
  static var command: Command {
    var command = Command(
      "exec", "Execute a command in a running container", usage: "[OPTIONS] SERVICE COMMAND [ARGS...]",
      flags: [
        .boolean("detach", "d", "Detached mode: Run command in the background"),
        .list("env", "e", "Set environment variables"), .index,
        .boolean("interactive", "i", "Keep STDIN open even if not attached", initially: true).hidden,
        .boolean("no-tty", "T", "Disable pseudo-TTY allocation. By default a TTY is allocated where there is one.")
          .aliased("no-TTY"),
        .boolean("privileged", nil, "Give extended privileges to the process"),
        .boolean("tty", "t", "Allocate a pseudo-TTY", initially: true).hidden,
        .text("user", "u", "Run the command as this user"),
        .text("workdir", "w", "Path to workdir directory for this command"),
      ], arity: .atLeast(2), positionals: [.services, .none]
    ) { try run(Invocation($0)) }
    command.stopsAtFirstPositional = true
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let service = arguments.positionals[0]
    let scope = try invocation.scope(services: [service])
    let engine = try invocation.engine()
    let container = try engine.runningReplica(of: service, in: scope.name, index: arguments.integer("index"))
    var request = ExecRequest(command: Array(arguments.positionals.dropFirst()))
    request.environment = Environment.pairs(arguments.list("env")) { invocation.variable($0) }
    request.user = arguments.text("user")
    request.workingDirectory = arguments.text("workdir")
    request.privileged = arguments.boolean("privileged")
    request.detach = arguments.boolean("detach")
    request.tty = !request.detach && LocalTerminal.wanted(arguments)
    if !request.detach && arguments.boolean("interactive") { request.streams.input = 0 }
    if invocation.isRehearsal {
      return try invocation.rehearse(
        ["Container \(container.name)"], ("Executing", "Executed"), detail: request.command.joined(separator: " "))
    }
    let wanted = request
    return try LocalTerminal.attached(raw: request.tty && request.streams.input != nil, sized: request.tty) { resized in
      var request = wanted
      request.streams.resized = resized
      return try engine.exec(container.id, request)
    }
  }
}

enum Environment {
  /// `NAME=value`, or `NAME` for the value that it has here.
  static func pairs(_ entries: [String], lookUp: (String) -> String?) -> [String: String] {
    var pairs: [String: String] = [:]
    for entry in entries {
      if let equals = entry.firstIndex(of: "=") {
        pairs[String(entry[..<equals])] = String(entry[entry.index(after: equals)...])
      } else if let value = lookUp(entry) {
        pairs[entry] = value
      }
    }
    return pairs
  }
}
