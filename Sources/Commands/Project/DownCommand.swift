import Arguments
import Diagnostics
import Planning
import Reconciling

enum DownCommand {
  static var command: Command {
    Command(
      "down", "Stop and remove containers, networks", usage: "[OPTIONS] [SERVICES]",
      flags: [
        .removeOrphans,
        .text(
          "rmi", nil,
          "Remove images used by services. \"local\" remove only images that don't have a custom tag (\"local\"|\"all\")",
          values: .words(["local", "all"])),
        .timeout,
        .boolean(
          "volumes", "v",
          "Remove named volumes declared in the \"volumes\" section of the Compose file and anonymous volumes attached to containers"
        ).aliased("volume"),
      ], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    var options = DownOptions()
    options.services = arguments.positionals
    options.volumes = arguments.boolean("volumes")
    options.removeOrphans =
      arguments.isGiven("remove-orphans")
      ? arguments.boolean("remove-orphans") : invocation.isOn("COMPOSE_REMOVE_ORPHANS")
    options.timeout = try invocation.seconds("timeout")
    if let which = arguments.text("rmi") {
      guard let images = DownOptions.Images(rawValue: which) else {
        throw Failure(.invalidInput, "invalid value for --rmi: \(which)", hint: "use local or all")
      }
      options.images = images
    }
    return try invocation.takeDown(invocation.scope(services: options.services), options)
  }
}

extension Invocation {
  func takeDown(_ scope: Scope, _ options: DownOptions) throws -> Int32 {
    let engine = try engine()
    let desired = try scope.project.map { project in
      try self.desired(project, engine, needsImages: false, needsFiles: false)
    }
    let reconciler = Reconciler(engine: engine)
    if isRehearsal {
      return try rehearse(reconciler.planDown(scope.name, desired, options), by: reconciler, desired)
    }
    let applied = scope.project == nil ? try reconciler.applied(scope.name) : nil
    let status = try interruptible { cancellation in
      let reporter = try reporter("down")
      var execution = execution(reporter, cancellation)
      execution.announce = { plan in
        for warning in warnings(of: plan) { warn(warning) }
        if plan.isEmpty { warn("no resource found to remove for project \"\(scope.name)\"") }
      }
      defer { reporter.finish() }
      let report = try reconciler.down(scope.name, desired, options, execution)
      reporter.finish()
      return conclude(report)
    }
    if status == ExitStatus.success { try unprovide(.down, scope, applied, services: options.services) }
    return status
  }
}
