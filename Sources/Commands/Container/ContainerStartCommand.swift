import Arguments
import Diagnostics
import Engine
import Glibc
import Linux

enum ContainerStartCommand {
  static var command: Command {
    Command(
      "start", "Start one or more stopped containers", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      flags: [
        .boolean("attach", "a", "Attach STDOUT/STDERR and forward signals"), .detachKeys,
        .boolean("interactive", "i", "Attach container's STDIN"),
      ], arity: .atLeast(1), positionals: [.containers]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let names = arguments.positionals
    let engine = try invocation.engine()
    guard arguments.boolean("attach") || arguments.boolean("interactive") else {
      let failures = engine.start(names)
      for name in names {
        if let failure = failures[name] {
          _ = Program.report(failure)
        } else {
          Output.standard.print(name)
        }
      }
      return failures.isEmpty ? ExitStatus.success : ExitStatus.failure
    }
    guard names.count == 1 else {
      throw Failure(.invalidInput, "you cannot start and attach multiple containers at once")
    }
    let container = try engine.container(names[0])
    var request = AttachRequest()
    if arguments.boolean("interactive"), container.record.spec.stdinOpen { request.streams.input = 0 }
    if let keys = arguments.given("detach-keys") { request.streams.detachKeys = try DetachKeys.parse(keys) }
    request.removes = container.record.spec.autoRemove
    guard !container.isRunning else {
      return try Attachment(engine: engine, container: container, request: request).run(proxiesSignals: true).exitStatus
    }
    let end = try Attachment(engine: engine, container: container, request: request, starts: true)
      .run(proxiesSignals: true)
    if request.removes, end != .detached { try? engine.remove(container.id, force: true, volumes: true) }
    return end.exitStatus
  }
}
