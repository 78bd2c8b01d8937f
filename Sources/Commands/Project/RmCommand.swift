import Arguments
import Diagnostics
import Planning

enum RmCommand {
  static var command: Command {
    var command = Command(
      "rm", "Removes stopped service containers", usage: "[OPTIONS] [SERVICE...]",
      flags: [
        .boolean("all", "a", "No effect any more").hidden,
        .boolean("force", "f", "Don't ask to confirm removal"),
        .boolean("stop", "s", "Stop the containers, if required, before removing"),
        .boolean("volumes", "v", "Remove any anonymous volumes attached to containers"),
      ], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
    command.details = """
      By default, anonymous volumes attached to containers will not be removed. You
      can override this with -v. To list all volumes, use "davit volume ls".

      Any data which is not in a volume will be lost.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    var selection = Selection(services: arguments.positionals)
    if arguments.boolean("all") { invocation.warn("--all has no effect, as with docker compose") }
    selection.stop = arguments.boolean("stop")
    selection.volumes = arguments.boolean("volumes")
    let scope = try invocation.scope(services: selection.services)
    let going = try invocation.engine().containers(of: scope.name, services: selection.services)
      .filter { selection.stop || !$0.isRunning }
    guard !going.isEmpty else {
      Output.error.print("No stopped containers")
      return ExitStatus.success
    }
    if !arguments.boolean("dry-run") {
      let words = "Going to remove \(going.map(\.name).joined(separator: ", "))"
      if arguments.boolean("force") {
        Output.standard.print(words)
      } else if !confirmed(words) {
        return ExitStatus.success
      }
    }
    return try invocation.operate(.remove, selection)
  }

  private static func confirmed(_ words: String) -> Bool {
    Output.error.write("\(words)\n? Are you sure? [yN] ")
    return ["y", "yes"].contains((readLine() ?? "").lowercased())
  }
}
