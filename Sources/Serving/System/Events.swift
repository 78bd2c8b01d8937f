import Diagnostics
import Engine
import EngineAPI
import Linux
import Presentation

extension API {
  func events(_ x: Exchange, _ r: Exchange.Route) throws {
    let filters = try Filters(r.query["filters"])
    var options = EventOptions(filters: try EventFilters(filters.terms))
    options.since = try moment(r.query["since"])
    options.until = try moment(r.query["until"])
    if let since = options.since, let until = options.until, since > until {
      throw APIError.badRequest(
        "`since` time (\(r.query["since"] ?? "")) cannot be after `until` time (\(r.query["until"] ?? ""))")
    }
    let cancellation = try x.cancellation()
    x.begin(200, type: "application/json")
    // Without `until` there is no end but the client's.
    do {
      try engine.events(options, cancellation: cancellation) { event in
        try x.write(event.json)
        return true
      }
    } catch let failure as Failure where failure.code == .interrupted {}
  }

  /// A query field that names a moment.
  func moment(_ text: String?) throws -> Timestamp? {
    guard let text, text != "0" else { return nil }
    if let nanoseconds = APITime.nanoseconds(unix: text) { return Timestamp(nanoseconds: nanoseconds) }
    if let time = Timestamp(text) { return time }
    if let ago = APITime.duration(text) { return Timestamp(nanoseconds: Timestamp.now().nanoseconds - ago) }
    throw APIError.badRequest("failed to parse value \"\(text)\" as a time")
  }
}

extension Event {
  var json: JSONValue {
    var members: [JSONValue.Member] = []
    // The fields before there were other kinds of objects (API 1.21).
    if kind == .container || kind == .image {
      members.append(.init("status", .string(action)))
      members.append(.init("id", .string(id)))
      if let image = attributes["image"] { members.append(.init("from", .string(image))) }
    }
    members += [
      .init("Type", .string(kind.rawValue)), .init("Action", .string(action)),
      .init("Actor", .object(["ID": .string(id), "Attributes": .sorted(attributes)])), .init("scope", "local"),
      .init("time", .integer(time.seconds)), .init("timeNano", .integer(time.nanoseconds)),
    ]
    return .object(members)
  }
}
