import Arguments
import Diagnostics
import Presentation
import Serving

/// `davit version`, as `docker version`: a client and a server, which are one program here.
enum EngineVersionCommand {
  static var command: Command {
    Command(
      "version", "Show the version",
      flags: [
        .template, .boolean("short", nil, "Shows only the version number"),
      ]
    ) { arguments in
      if arguments.boolean("short") {
        Output.standard.print(Program.version)
        return ExitStatus.success
      }
      let server = EngineFacts.version(of: Program.version)
      let client = JSONValue.object([
        "Version": .string(Program.version), "ApiVersion": server["ApiVersion"] ?? .null,
        "DefaultAPIVersion": server["ApiVersion"] ?? .null, "Os": "linux", "Arch": server["Arch"] ?? .null,
        "Context": "default",
      ])
      let both = JSONValue.object(["Client": client, "Server": server])
      switch arguments.given("format") {
      case "json"?: Output.standard.print(both.compact)
      case nil, "pretty"?: Output.standard.write(text(server))
      case let format?: Output.standard.print(try Template(format).render(both))
      }
      return ExitStatus.success
    }
  }

  private static func text(_ server: JSONValue) -> String {
    func fact(_ key: String) -> String { (server[key] ?? .null).templateText }
    return """
      Client:
       Version:           \(Program.version)
       API version:       \(fact("ApiVersion"))
       OS/Arch:           \(fact("Os"))/\(fact("Arch"))
       Context:           default

      Server: Davit
       Engine:
        Version:          \(Program.version)
        API version:      \(fact("ApiVersion")) (minimum version \(fact("MinAPIVersion")))
        OS/Arch:          \(fact("Os"))/\(fact("Arch"))
        Kernel:           \(fact("KernelVersion"))

      """
  }
}
