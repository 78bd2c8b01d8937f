import Arguments
import Diagnostics

/// Every command of the program.
enum CommandTable {
  /// What may stand before the first verb.
  static var rootFlags: [Flag] { GlobalFlags.all + [.boolean("version", "v", "Show the version")] }

  /// - Parameters:
  ///   - name: `docker-compose` where the program is called so; anything else is `davit`.
  ///   - meaning: of the verbs that have two. `nil`: both at once, for who lists what there is.
  ///   - verb: the only one that is wanted. `nil`, or one that there is not: all.
  static func root(named name: String, meaning: VerbMeaning? = nil, verb: String? = nil) -> Command {
    let verb = (projectVerbs + singleVerbs + groups + others).contains { $0.names.contains(verb ?? "") } ? verb : nil
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
      root.misuse = .compose
      root.subcommands = dryRunnable(verb) + (groups + others).commands(verb).filter { !notInCompose.contains($0.name) }
      return root
    }
    root.subcommands = bareVerbs(meaning, verb) + (groups + others).commands(verb)
    return root
  }

  private static let groups: [CommandFamily] = [
    .init("builder", withoutDryRun(BuilderCommands.group)), .init("bundle", withoutDryRun(BundleCommands.group)),
    .init("container", withoutDryRun(ContainerCommands.group)),
    .init("generate", withoutDryRun(GenerateCommands.group)), .init("image", withoutDryRun(ImageCommands.group)),
    .init("network", withoutDryRun(NetworkCommands.group)), .init("resume", withoutDryRun(ResumeCommand.resume)),
    .init("suspend", withoutDryRun(ResumeCommand.suspend)), .init("system", withoutDryRun(SystemCommands.group)),
    .init("volume", withoutDryRun(VolumeCommands.group)),
  ]

  private static let others: [CommandFamily] = [
    .init("inspect", InspectCommand.command), .init("doctor", DoctorCommand.command),
    .init("serve", ServeCommand.command), .init("sync", withoutDryRun(SyncCommand.command)),
    .init("compose", compose.hidden), .init("completion", CompletionCommand.command.hidden),
    .init("man", ManualCommand.command.hidden),
    .init("dockerfile", withoutDryRun(DockerfileCommand.group).hidden),
  ]

  /// Those of `others` that docker compose has nothing like.
  private static let notInCompose: Set<String> = ["serve", "sync", "compose", "dockerfile"]

  /// `davit compose up` is `davit up`, so that scripts need only another first word.
  private static var compose: Command {
    var compose = Command.group("compose", "The same commands under the name that scripts use", dryRunnable(nil))
    compose.usage = "[OPTIONS] COMMAND"
    compose.flags = GlobalFlags.all
    compose.misuse = .compose
    return compose
  }

  /// Of a verb that a project has and single objects have, too; `nil` for one that has only one meaning.
  static func meanings(of verb: String) -> (project: Command, single: Command)? {
    guard let single = singleVerbs.commands(verb).first,
      let project = dryRunnable(verb).first(where: { !$0.isHidden })
    else { return nil }
    return (project, single)
  }

  /// Each verb once.
  private static func bareVerbs(_ meaning: VerbMeaning?, _ verb: String?) -> [Command] {
    let (project, single) = (dryRunnable(verb), singleVerbs.commands(verb).map(withoutDryRun))
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

  /// The project's verbs with the flag that all of them have.
  private static func dryRunnable(_ verb: String?) -> [Command] {
    projectVerbs.commands(verb).map { verb in
      var verb = verb
      verb.misuse = .compose
      if verb.action != nil { verb.flags.append(GlobalFlags.dryRun) }
      return verb
    }
  }

  /// What docker compose has, and `plan`.
  static let projectVerbs: [CommandFamily] = [
    .init("apply", ApplyCommand.command),
    .init("attach", AttachCommand.command),
    .init("build", ProjectBuildCommand.command),
    .init("config", ConfigCommand.command),
    .init("create", CreateCommand.command),
    .init("diff", DiffCommand.command),
    .init("down", DownCommand.command),
    .init("drift", DriftCommand.command),
    .init("exec", ExecCommand.command),
    .init("cp", ProjectCopyCommand.command),
    .init("events", ProjectEventsCommand.command),
    .init("stats", ProjectStatsCommand.command),
    .init("commit", ProjectImageOfContainer.commit),
    .init("export", ProjectImageOfContainer.export),
    .init("history", HistoryCommand.command),
    .init("images", ImagesCommand.command),
    .init("jobs", JobsCommand.command),
    .init("kill", KillCommand.command),
    .init("lock", LockCommand.command),
    .init("logs", LogsCommand.command),
    .init("ls", LsCommand.command),
    .init("pause", PauseCommand.command),
    .init("plan", PlanCommand.command),
    .init("port", PortCommand.command),
    .init("pull", ProjectPullCommand.command),
    .init("ps", PsCommand.command),
    .init("push", ProjectPushCommand.command),
    .init("publish", PublishCommand.command),
    .init("reconcile", ReconcileCommand.command),
    .init("restart", RestartCommand.command),
    .init("rollback", RollbackCommand.command),
    .init("rm", RmCommand.command),
    .init("run", RunCommand.command),
    .init("run-job", RunJobCommand.command),
    .init("scale", ScaleCommand.command),
    .init("schedule", ScheduleCommand.command),
    .init("start", StartCommand.command),
    .init("stop", StopCommand.command),
    .init("top", TopCommand.command),
    .init("unpause", UnpauseCommand.command),
    .init("up", UpCommand.command),
    .init("version", VersionCommand.command),
    .init("viz", VizCommand.command),
    .init("volumes", VolumesCommand.command),
    .init("wait", WaitCommand.command),
    .init("watch", WatchCommand.command),
    .init("alpha", RefusedCommands.alpha { dryRunnable($0) }), .init("bridge", RefusedCommands.bridge),
  ]

  /// What docker has for single containers and images, and for registries.
  static let singleVerbs: [CommandFamily] =
    ContainerCommands.bareVerbs + [
      .init("build", BuildCommand.command), .init("pull", PullCommand.command), .init("push", PushCommand.command),
      .init("login", LoginCommand.command), .init("logout", LoginCommand.logout),
      .init("manifest", ManifestCommands.group), .init("search", SearchCommand.command),
    ] + ImageCommands.verbs

  /// What is given before the name must not be ignored behind it.
  private static func withoutDryRun(_ group: Command) -> Command {
    var group = group
    group.flags.append(
      GlobalFlags.dryRun.refused(because: "there is no dry run of it").hidden)
    return group
  }
}
