import Arguments
import Diagnostics
import Engine

/// What is done to containers that are there: each takes names or ids, and prints those where it went well.
enum ContainerLifeCommands {
  static var all: [Command] {
    [
      stopping("stop", "Stop one or more running containers") { try $0.stop($1, timeout: $2, signal: $3) },
      stopping("restart", "Restart one or more containers") { try $0.restart($1, timeout: $2, signal: $3) },
      kill, simple("pause", "Pause all processes within one or more containers") { try $0.pause($1) },
      simple("unpause", "Unpause all processes within one or more containers") { try $0.unpause($1) }, remove, rename,
      wait, prune,
    ]
  }

  private static let usage = "[OPTIONS] CONTAINER [CONTAINER...]"

  private static func simple(
    _ name: String, _ summary: String, _ work: @escaping @Sendable (Engine, String) throws -> Void
  ) -> Command {
    Command(
      name, summary, usage: "CONTAINER [CONTAINER...]", arity: .atLeast(1), positionals: [.containers]
    ) { arguments in
      try Invocation(arguments).eachContainer(arguments.positionals, work)
    }
  }

  private static func stopping(
    _ name: String, _ summary: String,
    _ work: @escaping @Sendable (Engine, String, _ timeout: Int64?, _ signal: String?) throws -> Void
  ) -> Command {
    Command(
      name, summary, usage: usage,
      flags: [
        .text("signal", "s", "Signal to send to the container", values: .signals),
        .integer("timeout", "t", "Seconds to wait before killing the container"),
        Flag.integer("time", nil, "Seconds to wait before killing the container").hidden,
      ], arity: .atLeast(1), positionals: [.containers]
    ) { arguments in
      let invocation = Invocation(arguments)
      let timeout = try invocation.seconds("timeout") ?? invocation.seconds("time")
      let signal = arguments.given("signal")
      return try invocation.eachContainer(arguments.positionals) { try work($0, $1, timeout, signal) }
    }
  }

  private static var kill: Command {
    Command(
      "kill", "Kill one or more running containers", usage: usage,
      flags: [.text("signal", "s", "Signal to send to the container", initially: "SIGKILL", values: .signals)],
      arity: .atLeast(1), positionals: [.containers]
    ) { arguments in
      let signal = arguments.given("signal") ?? "SIGKILL"
      return try Invocation(arguments).eachContainer(arguments.positionals) { try $0.kill($1, signal: signal) }
    }
  }

  private static var remove: Command {
    Command(
      "rm", "Remove one or more containers", usage: usage,
      flags: [
        .boolean("force", "f", "Force the removal of a running container (uses SIGKILL)"),
        .boolean("link", "l", "Remove the specified link"),
        .boolean("volumes", "v", "Remove anonymous volumes associated with the container"),
        Flag.boolean("automatic", nil, "Remove what was made to be removed at its end").hidden,
      ], arity: .atLeast(1), positionals: [.containers]
    ) { arguments in
      let (force, volumes) = (arguments.boolean("force"), arguments.boolean("volumes"))
      if arguments.boolean("automatic") {
        let engine = try Invocation(arguments).engine()
        for id in arguments.positionals { try engine.removeAutomatically(id) }
        return ExitStatus.success
      }
      let isLink = arguments.boolean("link")
      return try Invocation(arguments).eachContainer(
        arguments.positionals, isHarmless: { $0.code == .notFound && force && !isLink }
      ) { engine, name in
        if isLink { return try engine.removeLink(name) }
        try engine.remove(name, force: force, volumes: volumes)
      }
    }.aliased("remove")
  }

  private static var rename: Command {
    Command(
      "rename", "Rename a container", usage: "CONTAINER NEW_NAME", arity: 2...2, positionals: [.containers, .none]
    ) {
      arguments in
      let engine = try Invocation(arguments).engine()
      let name = try engine.container(arguments.positionals[0]).name
      guard name != arguments.positionals[1] else {
        throw Failure(
          .conflict, "renaming a container with the same name as its current name", subject: "container \(name)")
      }
      try engine.rename(arguments.positionals[0], to: arguments.positionals[1])
      try engine.flush()
      return ExitStatus.success
    }
  }

  private static var wait: Command {
    Command(
      "wait", "Block until one or more containers stop, then print their exit codes",
      usage: "CONTAINER [CONTAINER...]", arity: .atLeast(1), positionals: [.containers]
    ) { arguments in
      let engine = try Invocation(arguments).engine()
      return Invocation.forEach(arguments.positionals) { "\(try engine.wait($0))" }
    }
  }

  private static var prune: Command {
    Command(
      "prune", "Remove all stopped containers",
      flags: [
        .list("filter", nil, "Provide filter values (e.g. \"until=<timestamp>\")", placeholder: "filter"),
        .boolean("force", "f", "Do not prompt for confirmation"),
      ]
    ) { arguments in
      let invocation = Invocation(arguments)
      guard invocation.confirms("WARNING! This will remove all stopped containers.\n") else {
        return ExitStatus.success
      }
      let (filters, until) = try FilterFlags.pruning(arguments)
      let (removed, reclaimed) = try invocation.engine().pruneContainers(filters, until: until)
      PrunedText.print("Containers", removed, reclaimed)
      return ExitStatus.success
    }
  }
}
