import Arguments
import Compose
import Diagnostics
import Engine
import Glibc

enum ContainerExecCommand {
  static var command: Command {
    var command = Command(
      "exec", "Execute a command in a running container", usage: "[OPTIONS] CONTAINER COMMAND [ARG...]",
      flags: [
        .boolean("detach", "d", "Detached mode: run command in the background"), .detachKeys,
        .list("env", "e", "Set environment variables", placeholder: "list"),
        .list("env-file", nil, "Read in a file of environment variables", placeholder: "list", values: .files),
        .boolean("interactive", "i", "Keep STDIN open even if not attached"),
        .boolean("privileged", nil, "Give extended privileges to the command"),
        .boolean("tty", "t", "Allocate a pseudo-TTY"),
        .text("user", "u", "Username or UID (format: \"<name|uid>[:<group|gid>]\")"),
        .text("workdir", "w", "Working directory inside the container"),
      ], arity: .atLeast(2), positionals: [.containers, .commandLine]
    ) { try run(Invocation($0)) }
    command.stopsAtFirstPositional = true
    command.usageStatus = ExitStatus.engine
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    var request = ExecRequest(command: Array(arguments.positionals.dropFirst()))
    let here = try invocation.workingDirectory
    for file in arguments.list("env-file") {
      request.environment.merge(
        try ShortSyntax.variables(of: file, from: here) { invocation.variable($0) }
      ) { $1 }
    }
    request.environment.merge(Environment.pairs(arguments.list("env")) { invocation.variable($0) }) { $1 }
    request.user = arguments.given("user")
    request.workingDirectory = arguments.given("workdir")
    request.privileged = arguments.boolean("privileged")
    request.detach = arguments.boolean("detach")
    request.tty = arguments.boolean("tty") && !request.detach
    if !request.detach && arguments.boolean("interactive") { request.streams.input = 0 }
    if request.tty, request.streams.input != nil, isatty(0) != 1 {
      throw Failure(.invalidInput, "the input device is not a TTY")
    }
    if let keys = arguments.given("detach-keys") { request.streams.detachKeys = try DetachKeys.parse(keys) }
    let wanted = request
    let engine = try invocation.engine()
    return try LocalTerminal.attached(raw: request.tty && request.streams.input != nil, sized: request.tty) { resized in
      var request = wanted
      request.streams.resized = resized
      return try engine.exec(arguments.positionals[0], request)
    }
  }
}
