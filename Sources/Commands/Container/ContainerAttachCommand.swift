import Arguments
import Diagnostics
import Engine
import Glibc

enum ContainerAttachCommand {
  static var command: Command {
    Command(
      "attach", "Attach local standard input, output, and error streams to a running container",
      usage: "[OPTIONS] CONTAINER",
      flags: [
        .detachKeys, .boolean("no-stdin", nil, "Do not attach STDIN"),
        .boolean("sig-proxy", nil, "Proxy all received signals to the process", initially: true),
      ], arity: 1...1, positionals: [.containers]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let engine = try invocation.engine()
    let container = try engine.container(arguments.positionals[0])
    guard container.isRunning else {
      throw Failure(
        .conflict, "you cannot attach to a stopped container, start it first", subject: "container \(container.name)")
    }
    guard container.state != .paused else {
      throw Failure(
        .conflict, "you cannot attach to a paused container, unpause it first", subject: "container \(container.name)")
    }
    var request = AttachRequest()
    if !arguments.boolean("no-stdin"), container.record.spec.stdinOpen { request.streams.input = 0 }
    if request.streams.input != nil, container.record.spec.tty, isatty(0) != 1 {
      throw Failure(.invalidInput, "the input device is not a TTY")
    }
    if let keys = arguments.given("detach-keys") { request.streams.detachKeys = try DetachKeys.parse(keys) }
    return try Attachment(engine: engine, container: container, request: request)
      .run(proxiesSignals: arguments.boolean("sig-proxy")).exitStatus
  }
}
