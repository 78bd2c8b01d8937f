import Arguments
import Diagnostics
import Engine
import Linux
import Presentation

/// `davit events`, as `docker events`.
enum EventsCommand {
  static var command: Command {
    Command(
      "events", "Get real time events from this machine",
      flags: [
        .list("filter", "f", "Filter output based on conditions provided", placeholder: "filter"),
        .text("format", nil, "Format output using a Go template, or 'json'"),
        .text("since", nil, "Show all events created since timestamp"),
        .text("until", nil, "Stream events until this timestamp"),
      ]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let format = arguments.given("format")
    let template = try format.flatMap { $0 == "json" ? nil : try Template($0) }
    let options = EventOptions(
      since: try arguments.given("since").map { try LogsCommand.moment($0, flag: "since") },
      until: try arguments.given("until").map { try LogsCommand.moment($0, flag: "until") },
      filters: try EventFilters(FilterFlags.values(arguments)))
    let engine = try invocation.engine()
    return try invocation.interruptible { cancellation in
      try engine.events(options, cancellation: cancellation) { event in
        if format == "json" {
          Output.standard.print(EventRow(event: event).json.compact)
        } else if let template {
          Output.standard.print(try template.render(EventRow(event: event).json))
        } else {
          Output.standard.print(EventRow(event: event).line)
        }
        return true
      }
      return ExitStatus.success
    }
  }
}

/// An event as docker tells it.
struct EventRow {
  var event: Event

  /// `2026-… container start 0123… (image=busybox, name=web)`
  var line: String {
    let attributes = event.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return
      "\(LocalTime.precise(event.time)) \(event.kind.rawValue) \(event.action) \(event.id) (\(attributes.joined(separator: ", ")))"
  }

  /// With the keys of `docker events --format json`.
  var json: JSONValue {
    var members: [JSONValue.Member] = []
    if event.kind == .container {
      members = [
        .init("status", .string(event.action)), .init("id", .string(event.id)),
        .init("from", .string(event.attributes["image"] ?? "")),
      ]
    } else if event.kind == .image {
      members = [.init("status", .string(event.action)), .init("id", .string(event.id))]
    }
    members += [
      .init("Type", .string(event.kind.rawValue)), .init("Action", .string(event.action)),
      .init("Actor", .object(["ID": .string(event.id), "Attributes": .sorted(event.attributes)])),
      .init("scope", "local"), .init("time", .integer(event.time.seconds)),
      .init("timeNano", .integer(event.time.nanoseconds)),
    ]
    return .object(members)
  }
}
