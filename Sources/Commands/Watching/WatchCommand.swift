import Arguments
import Diagnostics
import Linux
import Planning

enum WatchCommand {
  static var command: Command {
    Command(
      "watch", "Watch build context for service and rebuild/refresh containers when files are updated",
      usage: "[OPTIONS] [SERVICE...]", flags: own, arity: .atLeast(0),
      positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static let own: [Flag] = [
    .boolean("no-up", nil, "Do not build & start services before watching"),
    .boolean("prune", nil, "Prune dangling images on rebuild", initially: true),
    .boolean("quiet", nil, "hide build output"),
  ]

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let services = arguments.positionals
    let project = try invocation.project(services: services)
    let engine = try invocation.engine()
    let session = try WatchSession(
      invocation, project, engine, services: services, quiet: arguments.boolean("quiet"),
      prunes: arguments.boolean("prune")
    ) { Output.standard.print("⦿ \($0)") }
    if !arguments.boolean("no-up") {
      var watched = project
      // Whatever they were built from before, they are built from what is watched now.
      for index in watched.services.indices where !watched.services[index].watch.isEmpty {
        guard watched.services[index].workload.build != nil else { continue }
        watched.services[index].workload.container.pullPolicy = "build"
      }
      var options = UpOptions()
      options.services = services
      let status = try invocation.converge(options, watched, engine)
      guard status == ExitStatus.success, !arguments.boolean("dry-run") else { return status }
    } else if arguments.boolean("dry-run") {
      return ExitStatus.success
    }
    let cancellation = try Cancellation()
    let interrupts = try Interrupts { count in
      if count > 1 { Program.abandon() }
      cancellation.cancel()
    }
    defer { interrupts.end() }
    try session.run(cancellation)
    return ExitStatus.interrupted
  }
}
