import Arguments
import Diagnostics
import Presentation

enum VersionCommand {
  static var line: String { "Davit version \(Program.version)\n" }

  static var command: Command {
    Command(
      "version", "Show the version",
      flags: [
        .text(
          "format", "f", "Format the output. Values: [pretty | json]", initially: "pretty",
          values: .words(["pretty", "json"])),
        .boolean("short", nil, "Shows only the version number"),
      ]
    ) { arguments in
      if arguments.boolean("short") {
        Output.standard.print(Program.version)
      } else if arguments.text("format") == "json" {
        Output.standard.print(JSONValue.object(["version": .string(Program.version)]).compact)
      } else {
        Output.standard.write(line)
      }
      return ExitStatus.success
    }
  }
}
