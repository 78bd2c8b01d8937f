import Arguments
import Diagnostics
import Engine
import Linux
import Presentation
import Spec

enum PsCommand {
  private static let states = ["paused", "restarting", "removing", "running", "dead", "created", "exited"]

  static var command: Command {
    Command(
      "ps", "List containers", usage: "[OPTIONS] [SERVICE...]",
      flags: [
        .boolean(
          "all", "a", "Show all stopped containers (including those created by the run command)"),
        .text("filter", nil, "Filter services by a property (supported filters: status)"),
        .format(),
        .boolean("no-trunc", nil, "Don't truncate output"),
        .boolean("orphans", nil, "Include orphaned services (not declared by project)", initially: true),
        .boolean("quiet", "q", "Only display IDs"),
        .boolean("services", nil, "Display services"),
        .list(
          "status", nil, "Filter services by status. Values: [\(states.joined(separator: " | "))]",
          values: .words(states)),
      ], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let format = try invocation.format
    let wanted = try statuses(arguments)
    // A status that only stopped containers have asks for those, too.
    let all = arguments.boolean("all") || !wanted.isEmpty
    let (engine, scope) = try (invocation.engine(), invocation.scope(services: arguments.positionals))
    var containers = try engine.containers(
      of: scope.name, services: arguments.positionals, all: all, oneOff: arguments.boolean("all"))
    if !wanted.isEmpty { containers.removeAll { !wanted.contains($0.state) } }
    if !arguments.boolean("orphans"), let project = scope.project {
      let known = Set(project.services.map(\.name))
      containers.removeAll { !known.contains($0.service) }
    }
    if arguments.boolean("quiet") {
      for container in containers { Output.standard.print(container.id) }
    } else if arguments.boolean("services") {
      var seen: Set<String> = []
      for container in containers where seen.insert(container.service).inserted {
        Output.standard.print(container.service)
      }
    } else {
      let now = Timestamp.now()
      let rows = containers.map {
        ContainerRow(view: $0, now: now, truncates: !arguments.boolean("no-trunc")).json
      }
      Output.standard.write(
        try format.render(
          columns: [
            ("NAME", "Name"), ("IMAGE", "Image"), ("COMMAND", "Command"), ("SERVICE", "Service"),
            ("CREATED", "RunningFor"), ("STATUS", "Status"), ("PORTS", "Ports"),
          ],
          headings: [
            "ID": "CONTAINER ID", "CreatedAt": "CREATED AT", "Names": "NAMES", "LocalVolumes": "LOCAL VOLUMES",
          ],
          rows: rows))
    }
    return ExitStatus.success
  }

  private static func statuses(_ arguments: ParsedArguments) throws -> [ContainerState] {
    var words = arguments.list("status")
    if let filter = arguments.text("filter"), !filter.isEmpty {
      let parts = filter.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else {
        throw Failure(.invalidInput, "arguments to --filter should be in form KEY=VAL", subject: "--filter")
      }
      guard parts[0] == "status" else {
        throw Failure(.invalidInput, "unknown filter \(parts[0])", subject: "--filter", hint: "there is status=…")
      }
      words.append(String(parts[1]))
    }
    return try words.map { word in
      guard let state = ContainerState(rawValue: word) else {
        throw Failure(
          .invalidInput, "unknown status \(word)", subject: "--status",
          hint: "there are \(states.joined(separator: ", "))")
      }
      return state
    }
  }
}
