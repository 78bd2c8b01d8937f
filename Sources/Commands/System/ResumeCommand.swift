import Arguments
import Diagnostics
import Engine
import Reconciling

enum ResumeCommand {
  static var resume: Command {
    var command = Command(
      "resume", "Bring containers back after a reboot, as their restart policies say", usage: "[OPTIONS] [PROJECT...]",
      arity: .atLeast(0)
    ) { try run(Invocation($0)) }
    command.details = """
      `always` comes back whoever stopped it, `unless-stopped` unless a person did, `on-failure` where it failed or was cut
      off. Within a project dependencies come first. What runs already is left alone. `make install` installs a unit that
      runs this at boot.
      """
    return command
  }

  static var suspend: Command {
    var command = Command("suspend", "Let all containers end because the machine goes down") { arguments in
      let count = try Resuming.suspend(Invocation(arguments).engine())
      Output.standard.print("\(count) \(count == 1 ? "container has" : "containers have") ended")
      return ExitStatus.success
    }
    command.details = "Each as `davit stop` ends it, but `davit resume` brings it back."
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let engine = try invocation.engine()
    return try invocation.interruptible { cancellation in
      let reporter = try invocation.reporter("resume")
      defer { reporter.finish() }
      let resuming = Resuming(engine: engine, execution: invocation.execution(reporter, cancellation))
      let outcomes = try resuming.run(invocation.arguments.positionals)
      reporter.finish()
      for failure in outcomes.flatMap(\.failures) { Output.error.print(failure.description) }
      let count = outcomes.reduce(0) { $0 + $1.started.count }
      Output.standard.print("\(count) \(count == 1 ? "container is" : "containers are") back")
      return outcomes.allSatisfy(\.failures.isEmpty) ? ExitStatus.success : ExitStatus.failure
    }
  }
}
