import Arguments
import Diagnostics

enum CompletionCommand {
  static var command: Command {
    Command(
      "completion", "Print the completion script for a shell", usage: "bash|zsh|fish", arity: 1...1,
      positionals: [.words(["bash", "zsh", "fish"])]
    ) { arguments in
      // Called as docker-compose it completes docker-compose.
      let root = CommandTable.root(named: arguments.path[0].name, meaning: nil)
      let script: (Command, [String]) -> String
      switch arguments.positionals[0] {
      case "bash": script = BashCompletion.script
      case "zsh": script = ZshCompletion.script
      case "fish": script = FishCompletion.script
      case let shell:
        throw Failure(.invalidInput, "there is no completion for \(shell)", hint: "there is bash, zsh and fish")
      }
      Output.standard.write(script(root, [root.name]))
      return ExitStatus.success
    }
  }
}
