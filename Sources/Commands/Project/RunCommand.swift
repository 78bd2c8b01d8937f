import Arguments
import Compose
import Diagnostics

enum RunCommand {
  static var command: Command {
    Command(
      "run", "Run a one-off command on a service", usage: "[OPTIONS] SERVICE [COMMAND] [ARGS...]",
      arity: .atLeast(0), positionals: [.services]
    ) { _ in throw Failure(.unsupported, "config is not there yet") }
  }
}
