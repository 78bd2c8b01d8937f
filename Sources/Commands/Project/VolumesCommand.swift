import Arguments
import Diagnostics
import Presentation

enum VolumesCommand {
  static var command: Command {
    Command(
      "volumes", "List volumes", usage: "[OPTIONS] [SERVICE...]",
      flags: [.format(), .boolean("quiet", "q", "Only display volume names")], arity: .atLeast(0),
      positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let (engine, scope, containers) = try invocation.selected(arguments.positionals, all: true)
    let used = Set(containers.flatMap { $0.record.volumes.map(\.name) })
    var volumes = try engine.volumes(project: scope.name)
    if !arguments.positionals.isEmpty { volumes.removeAll { !used.contains($0.name) } }
    try invocation.list(volumes)
    return ExitStatus.success
  }
}
