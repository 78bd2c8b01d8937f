import Arguments
import Diagnostics

enum KillCommand {
  static var command: Command {
    Command(
      "kill", "Force stop service containers", usage: "[OPTIONS] [SERVICE...]",
      flags: [
        .removeOrphans,
        .text("signal", "s", "SIGNAL to send to the container", initially: "SIGKILL", values: .signals),
      ], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let signal = arguments.text("signal") ?? "SIGKILL"
    let (engine, scope, all) = try invocation.selected(arguments.positionals)
    let known = scope.project?.services.map(\.name)
    let isOrphan: @Sendable (String) -> Bool = { service in known.map { !$0.contains(service) } ?? false }
    // Orphans are only touched when that is asked for.
    let containers = all.filter { container in
      arguments.boolean("remove-orphans") || !isOrphan(container.record.owner?.service ?? "")
    }
    guard !containers.isEmpty else {
      Output.error.print("No container to kill")
      return ExitStatus.success
    }
    let removesOrphans = arguments.boolean("remove-orphans")
    return try invocation.each(containers, ("Killing", "Killed")) { container in
      try engine.kill(container.id, signal: signal)
      if removesOrphans, isOrphan(container.record.owner?.service ?? "") {
        try engine.remove(container.id, force: true)
      }
    }
  }
}
