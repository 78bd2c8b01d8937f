import Arguments
import Diagnostics
import Presentation

/// `davit compose stats`
enum ProjectStatsCommand {
  static var command: Command {
    Command(
      "stats", "Display a live stream of container(s) resource usage statistics", usage: "[OPTIONS] [SERVICE]",
      flags: [
        .boolean("all", "a", "Show all containers (default shows just running)"), .format(),
        .boolean("no-stream", nil, "Disable streaming stats and only pull the first result"),
        .boolean("no-trunc", nil, "Do not truncate output"),
      ], arity: 0...1, positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let scope = try invocation.scope(services: arguments.positionals)
    let engine = try invocation.engine()
    return try invocation.interruptible { cancellation in
      try StatisticsView(engine: engine, invocation: invocation).show(
        isLive: !arguments.boolean("no-stream"), cancellation
      ) {
        try engine.containers(of: scope.name, services: arguments.positionals, all: arguments.boolean("all"))
          .map { ($0.id, Ellipsis.id($0.id)) }
      }
      return ExitStatus.success
    }
  }
}
