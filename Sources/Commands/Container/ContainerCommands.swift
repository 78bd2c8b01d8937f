import Arguments

/// `davit container …`, as `docker container …`, and the same verbs without the word.
enum ContainerCommands {
  static var group: Command {
    .group("container", "Manage containers", verbs + [ContainerListCommand.command, inspect])
  }

  /// Those that stand for themselves, too. Where a project has a verb of the same name, `VerbMeaning` decides.
  static var verbs: [Command] {
    [
      ContainerAttachCommand.command, ContainerCopyCommand.command, ContainerExecCommand.command,
      ContainerLogsCommand.command, ContainerRunCommand.command, ContainerRunCommand.create,
      ContainerStartCommand.command, ContainerStatsCommand.command, ContainerUpdateCommand.command,
    ] + ContainerLifeCommands.all + ContainerLookCommands.all + ContainerImageCommands.all
  }

  /// `prune` alone would not say of what.
  static var bareVerbs: [Command] {
    verbs.filter { $0.name != "prune" } + [
      ContainerListCommand.ps, EventsCommand.command, InfoCommand.command, EngineVersionCommand.command,
    ]
  }

  private static var inspect: Command {
    Command(
      "inspect", "Display detailed information on one or more containers",
      usage: "[OPTIONS] CONTAINER [CONTAINER...]", flags: [.template, .size], arity: .atLeast(1),
      positionals: [.containers]
    ) { try Invocation($0).inspect([.container]) }
  }
}

extension Flag {
  static let size = Flag.boolean("size", "s", "Display total file sizes if the type is container")
}
