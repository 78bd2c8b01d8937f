import Arguments
import Compose
import Diagnostics

enum ConfigCommand {
  static var command: Command {
    Command(
      "config", "Parse, resolve and render compose file in canonical format", usage: "[OPTIONS] [SERVICE...]",
      arity: .atLeast(0), positionals: [.services]
    ) { _ in throw Failure(.unsupported, "config is not there yet") }
  }
}
