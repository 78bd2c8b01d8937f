import Arguments
import Planning

enum StopCommand {
  static var command: Command {
    Command(
      "stop", "Stop services", usage: "[OPTIONS] [SERVICE...]", flags: [.timeout], arity: .atLeast(0),
      positionals: [.services]
    ) { arguments in
      let invocation = Invocation(arguments)
      var selection = Selection(services: arguments.positionals)
      selection.timeout = try invocation.seconds("timeout")
      return try invocation.operate(.stop, selection)
    }
  }
}
