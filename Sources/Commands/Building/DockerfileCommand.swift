import Arguments
import Building
import Diagnostics
import Dockerfile
import Linux

/// `davit dockerfile dump|check FILE`: what a Dockerfile is understood as, for comparison with other parsers.
enum DockerfileCommand {
  static var group: Command {
    .group(
      "dockerfile", "Look into Dockerfiles",
      [
        Command(
          "dump", "Print a Dockerfile's syntax tree in the form that BuildKit prints its own", usage: "FILE",
          flags: [.boolean("ast", nil, "The tree, which is the only form that there is").hidden], arity: 1...1,
          positionals: [.files]
        ) { arguments in
          Output.standard.write(try text(arguments).tree().dump)
          return ExitStatus.success
        },
        Command("check", "Check a Dockerfile's instructions", usage: "FILE", arity: 1...1, positionals: [.files]) {
          arguments in
          _ = try text(arguments).recipe()
          return ExitStatus.success
        },
      ])
  }

  private static func text(_ arguments: ParsedArguments) throws -> DockerfileText {
    DockerfileText(file: arguments.positionals[0], bytes: try readFile(arguments.positionals[0]))
  }
}
