import Arguments
import Diagnostics

/// Every command of the program.
enum CommandTable {
  /// What may stand before the first verb.
  static var rootFlags: [Flag] { GlobalFlags.all + [.boolean("version", "v", "Show the version")] }

  /// - Parameters:
  ///   - name: `docker-compose` where the program is called so; anything else is `davit`.
  ///   - meaning: of the verbs that have two. `nil`: both at once, for who lists what there is.
  static func root(named name: String, meaning: VerbMeaning? = nil) -> Command {
    let isCompose = name == "docker-compose"
    var root = Command(
      isCompose ? name : "davit", "Define and run multi-container applications", usage: "[OPTIONS] COMMAND",
      flags: rootFlags
    ) { arguments in
      Output.standard.write(arguments.boolean("version") ? VersionCommand.line : arguments.help)
      return ExitStatus.success
    }
    root.details = """
      Reads the compose files of a project and makes this machine have what they describe: containers, networks and
      volumes, without a daemon. Whatever the command is, what is right already is left alone, and an interrupted
      command is finished or undone by the next one.

      Verbs that docker has for single containers and images mean those, unless one stands where a project is.
      """
    guard !isCompose else {
      root.subcommands =
        projectVerbs + groups + [InspectCommand.command, DoctorCommand.command]
        + [CompletionCommand.command.hidden, ManualCommand.command.hidden]
      return root
    }
    // `davit compose up` is `davit up`, so that scripts need only another first word.
    var compose = Command.group("compose", "The same commands under the name that scripts use", projectVerbs)
    compose.usage = "[OPTIONS] COMMAND"
    compose.flags = GlobalFlags.all
    root.subcommands =
      bareVerbs(meaning) + groups
      + [InspectCommand.command, DoctorCommand.command, ServeCommand.command, withoutDryRun(SyncCommand.command)]
      + [compose.hidden]
      + [CompletionCommand.command.hidden, ManualCommand.command.hidden, withoutDryRun(DockerfileCommand.group).hidden]
    return root
  }

  private static var groups: [Command] {
    [
      BuilderCommands.group, BundleCommands.group, ContainerCommands.group, GenerateCommands.group, ImageCommands.group,
      NetworkCommands.group, ResumeCommand.resume, ResumeCommand.suspend, SystemCommands.group, VolumeCommands.group,
    ].map(withoutDryRun)
  }

  /// Of a verb that a project has and single objects have, too; `nil` for one that has only one meaning.
  static func meanings(of verb: String) -> (project: Command, single: Command)? {
    guard let single = singleVerbs.first(where: { $0.name == verb }),
      let project = projectVerbs.first(where: { $0.name == verb && !$0.isHidden })
    else { return nil }
    return (project, single)
  }

  /// Each verb once.
  private static func bareVerbs(_ meaning: VerbMeaning?) -> [Command] {
    let (project, single) = (projectVerbs, singleVerbs.map(withoutDryRun))
    let singleNames = Set(single.map(\.name))
    let both = project.filter { singleNames.contains($0.name) && !$0.isHidden }
    let bothNames = Set(both.map(\.name))
    // What only one side has is that side's, whatever is meant.
    let rest =
      project.filter { !singleNames.contains($0.name) } + single.filter { !bothNames.contains($0.name) }
    switch meaning {
    case .project?: return rest + both
    case .single?: return rest + single.filter { bothNames.contains($0.name) }
    case nil:
      return rest
        + both.map { verb in
          var verb = verb
          let other = single.first { $0.name == verb.name }!
          verb.flags += other.flags.compactMap { flag in
            guard !verb.flags.contains(where: { $0.name == flag.name }) else { return nil }
            var flag = flag
            // A letter stands for one flag.
            if verb.flags.contains(where: { $0.short != nil && $0.short == flag.short }) { flag.short = nil }
            return flag
          }
          return verb
        }
    }
  }

  /// What docker compose has, and `plan`.
  static let projectVerbs: [Command] = {
    let verbs =
      [
        ApplyCommand.command, AttachCommand.command, ProjectBuildCommand.command, ConfigCommand.command,
        CreateCommand.command, DiffCommand.command, DownCommand.command, DriftCommand.command,
        ExecCommand.command, ProjectCopyCommand.command, ProjectEventsCommand.command, ProjectStatsCommand.command,
        ProjectImageOfContainer.commit, ProjectImageOfContainer.export,
        HistoryCommand.command, ImagesCommand.command, JobsCommand.command, KillCommand.command, LockCommand.command,
        LogsCommand.command, LsCommand.command, PauseCommand.command, PlanCommand.command, PortCommand.command,
        ProjectPullCommand.command,
        PsCommand.command, ProjectPushCommand.command, PublishCommand.command, ReconcileCommand.command,
        RestartCommand.command, RollbackCommand.command, RmCommand.command, RunCommand.command, RunJobCommand.command,
        ScaleCommand.command, ScheduleCommand.command, StartCommand.command, StopCommand.command,
        TopCommand.command, UnpauseCommand.command, UpCommand.command, VersionCommand.command, VizCommand.command,
        VolumesCommand.command, WaitCommand.command, WatchCommand.command,
      ].map { verb in
        var verb = verb
        verb.flags.append(GlobalFlags.dryRun)
        return verb
      }
    return verbs + [RefusedCommands.alpha(verbs), RefusedCommands.bridge]
  }()

  /// What docker has for single containers and images, and for registries.
  static let singleVerbs: [Command] =
    ContainerCommands.bareVerbs + [
      BuildCommand.command, PullCommand.command, PushCommand.command, LoginCommand.command, LoginCommand.logout,
      ManifestCommands.group, SearchCommand.command,
    ] + ImageCommands.verbs

  /// What is given before the name must not be ignored behind it.
  private static func withoutDryRun(_ group: Command) -> Command {
    var group = group
    group.flags.append(
      GlobalFlags.dryRun.refused(because: "there is no dry run of it").hidden)
    return group
  }
}
