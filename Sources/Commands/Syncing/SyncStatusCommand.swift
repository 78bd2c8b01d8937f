import Arguments
import Diagnostics
import Engine
import Presentation
import Syncing

/// `davit sync status`
enum SyncStatusCommand {
  static var command: Command {
    var command = Command(
      "status", "Show which revisions run, and what is wrong", usage: "[OPTIONS] [NAME...]",
      flags: [
        .format(), .boolean("quiet", "q", "Only display names of syncs"),
      ], arity: .atLeast(0)
    ) { try run(Invocation($0)) }
    command.details = "The exit status is 0 when everything is as the newest revisions say, and 2 otherwise."
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let asked = invocation.arguments.positionals
    let all = SyncFolder.all(root: Host.fromEnvironment().root)
    if let stranger = asked.first(where: { name in !all.contains { $0.name == name } }) {
      throw Failure(
        .notFound, "there is no such sync", subject: stranger,
        hint: all.isEmpty ? "nothing is synced on this machine" : "there are \(all.map(\.name).joined(separator: ", "))"
      )
    }
    let chosen = all.filter { asked.isEmpty || asked.contains($0.name) }
    if invocation.arguments.boolean("quiet") {
      for (name, _) in chosen { Output.standard.print(name) }
      return ExitStatus.success
    }
    var isHealthy = true
    let rows = chosen.flatMap { name, folder -> [JSONValue] in
      guard let state = folder.read() else { return [] }
      if !state.isHealthy { isHealthy = false }
      return state.rows(sync: name, isRunning: folder.isRunning)
    }
    Output.standard.write(
      try invocation.format.render(
        columns: [
          ("SYNC", "Sync"), ("PROJECT", "Project"), ("STATUS", "Status"), ("REVISION", "Revision"),
          ("RUNNING", "Running"), ("LAST FETCH", "LastFetch"), ("ERROR", "Error"),
        ], rows: rows))
    return isHealthy ? ExitStatus.success : ExitStatus.changes
  }
}
