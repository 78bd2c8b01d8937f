import Arguments
import Diagnostics
import Engine
import Presentation

/// `davit compose events`: what happens to the containers of a project.
enum ProjectEventsCommand {
  static var command: Command {
    Command(
      "events", "Receive real time events from containers", usage: "[OPTIONS] [SERVICE...]",
      flags: [
        .boolean("json", nil, "Output events as a stream of json objects"),
        .text("since", nil, "Show all events created since timestamp"),
        .text("until", nil, "Stream events until this timestamp"),
      ], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let services = arguments.positionals
    let scope = try invocation.scope(services: services)
    let options = EventOptions(
      since: try arguments.given("since").map { try LogsCommand.moment($0, flag: "since") },
      until: try arguments.given("until").map { try LogsCommand.moment($0, flag: "until") },
      filters: try EventFilters(["type": ["container"], "label": ["com.docker.compose.project=\(scope.name)"]]))
    let engine = try invocation.engine()
    let asJSON = arguments.boolean("json")
    return try invocation.interruptible { cancellation in
      try engine.events(options, cancellation: cancellation) { event in
        let service = event.attributes["com.docker.compose.service"] ?? ""
        guard services.isEmpty || services.contains(service),
          event.attributes["com.docker.compose.oneoff"] != "True"
        else { return true }
        let row = ProjectEventRow(event: event, service: service)
        Output.standard.print(asJSON ? row.json.compact : row.line)
        return true
      }
      return ExitStatus.success
    }
  }
}

/// An event as docker compose tells it: without its own labels.
struct ProjectEventRow {
  var event: Event
  var service: String

  private var attributes: [String: String] {
    event.attributes.filter { !$0.key.hasPrefix("com.docker.compose.") }
  }

  /// `2026-11-24 10:00:00.000000 container start 0123… (image=busybox, name=web-1)`
  var line: String {
    let shown = attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    return "\(LocalTime.microseconds(event.time)) container \(event.action) \(event.id) (\(shown))"
  }

  var json: JSONValue {
    .object([
      "action": .string(event.action), "attributes": .sorted(attributes), "id": .string(event.id),
      "service": .string(service), "time": .string("\(event.time)"), "type": "container",
    ])
  }
}
