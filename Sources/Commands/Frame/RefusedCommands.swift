import Arguments
import Diagnostics

/// What docker compose has and Davit does not: known with every flag, so that the answer is better than "unknown command".
enum RefusedCommands {
  static var bridge: Command {
    .group(
      "bridge", "Convert compose files to other platforms' (not there)",
      [
        refused(
          "convert", "Convert compose files to another platform's", bridgeReason,
          [
            .text("output", "o", "The output directory", initially: "out"),
            .text("templates", nil, "Directory of templates"),
            .list("transformation", "t", "Transformation to apply"),
          ]),
        .group(
          "transformations", "Manage transformations",
          [
            refused(
              "create", "Create a transformation", bridgeReason,
              [.text("from", "f", "Existing transformation to copy")]),
            refused("list", "List transformations", bridgeReason, [.format(), .boolean("quiet", "q", "Only names")])
              .aliased("ls"),
          ]),
      ]
    ).hidden
  }

  private static let bridgeReason =
    "transformations are images of Docker's that write files for Kubernetes; `davit config` gives other converters the whole project"

  /// What was experimental once and has its own name now, for scripts of that time.
  /// - Parameter verbs: the commands of a name.
  static func alpha(_ verbs: (String) -> [Command]) -> Command {
    .group(
      "alpha", "Former names of commands",
      ["publish", "scale", "viz", "watch"].flatMap(verbs) + [
        refused("dry-run", "Run a command without its effects", "give `--dry-run` to the command itself", []),
        refused(
          "generate", "Write a compose file for running containers",
          "a compose file is written by hand here; `davit inspect` shows what a container was made of",
          [
            .text("format", nil, "Format of the output", initially: "yaml"), .text("name", nil, "Project name"),
            .text("project-dir", nil, "Directory of the project"),
          ]),
      ]
    ).hidden
  }

  private static func refused(_ name: String, _ summary: String, _ reason: String, _ flags: [Flag]) -> Command {
    var command = Command(name, summary, flags: flags, arity: .atLeast(0)) { arguments in
      throw Failure(.unsupported, reason, subject: arguments.invocation)
    }
    command.refusal = reason
    return command
  }
}
