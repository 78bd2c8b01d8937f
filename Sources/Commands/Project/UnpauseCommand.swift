import Arguments
import Diagnostics

enum UnpauseCommand {
  static var command: Command {
    Command("unpause", "Unpause services", usage: "[SERVICE...]", arity: .atLeast(0), positionals: [.services]) {
      arguments in
      let invocation = Invocation(arguments)
      let (engine, _, containers) = try invocation.selected(arguments.positionals) {
        [.running, .paused].contains($0.state)
      }
      return try invocation.each(containers, ("Unpausing", "Unpaused")) { try engine.unpause($0.id) }
    }
  }
}
