import Arguments
import Planning

enum RestartCommand {
  static var command: Command {
    Command(
      "restart", "Restart service containers", usage: "[OPTIONS] [SERVICE...]",
      flags: [.boolean("no-deps", nil, "Don't restart dependent services"), .timeout], arity: .atLeast(0),
      positionals: [.services]
    ) { arguments in
      let invocation = Invocation(arguments)
      var selection = Selection(services: arguments.positionals)
      selection.noDependencies = arguments.boolean("no-deps")
      selection.timeout = try invocation.seconds("timeout")
      return try invocation.operate(.restart, selection)
    }
  }
}
