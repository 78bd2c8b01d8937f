import Arguments
import Diagnostics

enum PauseCommand {
  static var command: Command {
    Command("pause", "Pause services", usage: "[SERVICE...]", arity: .atLeast(0), positionals: [.services]) {
      arguments in
      let invocation = Invocation(arguments)
      let (engine, _, containers) = try invocation.selected(arguments.positionals) {
        [.running, .paused].contains($0.state)
      }
      return try invocation.each(containers, ("Pausing", "Paused")) { try engine.pause($0.id) }
    }
  }
}
