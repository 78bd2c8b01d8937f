import Arguments
import Diagnostics
import Planning
import Presentation
import Reconciling

enum StartCommand {
  static var command: Command {
    Command(
      "start", "Start services", usage: "[OPTIONS] [SERVICE...]",
      flags: [
        .boolean("wait", nil, "Wait for services to be running|healthy"),
        .integer("wait-timeout", nil, "Maximum duration in seconds to wait for the project to be running|healthy"),
      ], arity: .atLeast(0), positionals: [.services]
    ) { arguments in
      let invocation = Invocation(arguments)
      var selection = Selection(services: arguments.positionals)
      selection.wait = arguments.boolean("wait")
      return try invocation.operate(.start, selection)
    }
  }
}

extension Invocation {
  /// `start`, `stop`, `restart` or `rm` on what the machine has of the project.
  func operate(_ operation: Plan.Operation, _ selection: Selection) throws -> Int32 {
    let scope = try scope(services: selection.services)
    let engine = try engine()
    let desired = try scope.project.map { project in
      try self.desired(project, engine, needsImages: false, needsFiles: false)
    }
    let reconciler = Reconciler(engine: engine)
    if isRehearsal {
      return try rehearse(reconciler.plan(operation, scope.name, desired, selection), by: reconciler, desired)
    }
    let status = try interruptible { cancellation in
      let reporter = try reporter(arguments.command.name)
      var execution = execution(reporter, cancellation)
      execution.waitTimeout = try waitTimeout()
      execution.announce = { plan in for warning in warnings(of: plan) { warn(warning) } }
      execution.progress = { event in
        if let step = ProgressStep(event, of: operation) { reporter.step(step) }
      }
      defer { reporter.finish() }
      let report = try reconciler.run(operation, scope.name, desired, selection, execution)
      reporter.finish()
      return conclude(report)
    }
    if operation == .stop, status == ExitStatus.success {
      try unprovide(
        .stop, scope, scope.project == nil ? reconciler.applied(scope.name) : nil, services: selection.services)
    }
    return status
  }
}
