import Arguments
import Compose
import Diagnostics
import Engine
import Planning
import Presentation
import Reconciling

enum CreateCommand {
  static var command: Command {
    Command(
      "create", "Creates containers for a service", usage: "[OPTIONS] [SERVICE...]", flags: Invocation.convergence,
      arity: .atLeast(0), positionals: [.services]
    ) { arguments in
      let invocation = Invocation(arguments)
      var options = try invocation.upOptions(scale: invocation.scale())
      options.noStart = true
      return try invocation.converge(options, services: options.services)
    }
  }
}

extension Invocation {
  /// `up` without attaching: plan, carry out, report. With `--dry-run` it is only said.
  func converge(_ options: UpOptions, services: [String]) throws -> Int32 {
    try converge(options, project(services: services), engine())
  }

  func converge(_ options: UpOptions, _ project: Project, _ engine: Engine) throws -> Int32 {
    let isHere = try pullImages(of: project, engine, named: options.services)
    let provided = try provide(for: project, engine, services: options.services)
    let desired = try desired(project, engine, needsImages: isHere, provided: provided)
    let reconciler = Reconciler(engine: engine)
    if isRehearsal { return try rehearse(reconciler.plan(desired, options), by: reconciler, desired) }
    return try interruptible { cancellation in
      let reporter = try reporter(arguments.command.name)
      var execution = try announcing(execution(reporter, cancellation), reporter)
      execution.waitTimeout = try waitTimeout()
      execution.origin = origin(commandLine(options.services), files: project.files)
      if arguments.hasFlag("keep") { execution.keep = try keep() }
      defer { reporter.finish() }
      let report = try reconciler.up(desired, options, execution)
      reporter.finish()
      return conclude(report)
    }
  }

  /// `up web`
  func commandLine(_ services: [String]) -> String {
    ([arguments.command.name] + services).joined(separator: " ")
  }

  /// Before a plan is carried out, what it changes of things that exist is told, with the reasons.
  func announcing(_ execution: Execution, _ reporter: Reporter) throws -> Execution {
    var execution = execution
    execution.announce = { plan in
      for warning in warnings(of: plan) { warn(warning) }
      if reporter.mode == .tty || reporter.mode == .plain {
        let prefix = reporter.isRehearsal ? ProgressLine.rehearsal : ""
        reporter.write(Array(Announcement.text(of: plan, style: style(of: .error), prefix: prefix).utf8), to: .error)
      }
    }
    return execution
  }

  func waitTimeout() throws -> Int64? {
    guard arguments.hasFlag("wait-timeout"), arguments.isGiven("wait-timeout")
    else { return nil }
    guard let timeout = try seconds("wait-timeout"), timeout >= 0 else {
      throw Failure(.invalidInput, "--wait-timeout must be a non-negative integer")
    }
    return timeout == 0 ? nil : timeout
  }
}
