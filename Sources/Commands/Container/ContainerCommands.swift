import Arguments

/// `davit container …`, as `docker container …`, and the same verbs without the word.
enum ContainerCommands {
  static var group: Command {
    .group("container", "Manage containers", verbs.commands(nil) + [ContainerListCommand.command, inspect])
  }

  /// Those that stand for themselves, too. Where a project has a verb of the same name, `VerbMeaning` decides.
  private static let verbs: [CommandFamily] = [
    .init("attach", ContainerAttachCommand.command), .init("cp", ContainerCopyCommand.command),
    .init("exec", ContainerExecCommand.command), .init("logs", ContainerLogsCommand.command),
    .init("run", ContainerRunCommand.command), .init("create", ContainerRunCommand.create),
    .init("start", ContainerStartCommand.command), .init("stats", ContainerStatsCommand.command),
    .init("update", ContainerUpdateCommand.command),
    .init("stop", "restart", "kill", "pause", "unpause", "rm", "rename", "wait", "prune") { ContainerLifeCommands.all },
    .init("top", "port", "diff") { ContainerLookCommands.all },
    .init("commit", "export") { ContainerImageCommands.all },
  ]

  static let bareVerbs: [CommandFamily] =
    verbs.map(\.bare) + [
      .init("ps", ContainerListCommand.ps), .init("events", EventsCommand.command),
      .init("info", InfoCommand.command), .init("version", EngineVersionCommand.command),
    ]

  private static var inspect: Command {
    Command(
      "inspect", "Display detailed information on one or more containers",
      usage: "[OPTIONS] CONTAINER [CONTAINER...]", flags: [.template, .size], arity: .atLeast(1),
      positionals: [.containers]
    ) { try Invocation($0).inspect([.container]) }
  }
}

extension CommandFamily {
  /// `prune` alone would not say of what.
  fileprivate var bare: CommandFamily {
    let make = make
    return CommandFamily(names: names.filter { $0 != "prune" }) { make().filter { $0.name != "prune" } }
  }
}

extension Flag {
  static let size = Flag.boolean("size", "s", "Display total file sizes if the type is container")
}
