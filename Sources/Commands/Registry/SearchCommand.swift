import Arguments
import Diagnostics
import Presentation
import Registry

/// `davit search`, as `docker search`.
enum SearchCommand {
  static var command: Command {
    var command = Command(
      "search", "Search a registry for images", usage: "[OPTIONS] TERM",
      flags: [
        .list("filter", "f", "Filter output based on conditions provided (stars=…, is-official=…, is-automated=…)"),
        .format(), .integer("limit", nil, "Max number of search results", initially: 25),
        .boolean("no-trunc", nil, "Don't truncate output"), .verifyTLS,
      ], arity: 1...1
    ) { try run(Invocation($0)) }
    command.details = """
      Docker Hub is searched, or, with a registry before the term (host:5000/web), that registry, which may offer
      nothing but the list of its repositories.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let term = arguments.positionals[0]
    let limit = arguments.integer("limit") ?? 25
    guard (1...100).contains(limit) else {
      throw Failure(.invalidInput, "limit \(limit) is outside the range of [1, 100]", subject: "--limit")
    }
    let filters = try arguments.list("filter").map(condition)
    let domain = term.contains("/") ? String(term.prefix { $0 != "/" }) : nil
    let hits = try invocation.interruptible { cancellation in
      try invocation.registries(cancellation, insecure: domain).search(term, limit: limit)
    }.filter { hit in filters.allSatisfy { $0(hit) } }
    let truncates = !arguments.boolean("no-trunc")
    let rows = hits.map { hit in
      let description = String(
        String.UnicodeScalarView(hit.description.unicodeScalars.map { $0.value < 32 ? " " : $0 }))
      return JSONValue.object([
        "Description": .string(truncates ? Ellipsis.cut(description, to: 45) : description),
        "IsAutomated": .string(hit.isAutomated ? "[OK]" : ""), "IsOfficial": .string(hit.isOfficial ? "[OK]" : ""),
        "Name": .string(hit.name), "StarCount": .string("\(hit.stars)"),
      ])
    }
    Output.standard.write(
      try invocation.format.render(
        columns: [
          ("NAME", "Name"), ("DESCRIPTION", "Description"), ("STARS", "StarCount"), ("OFFICIAL", "IsOfficial"),
        ], headings: ["IsAutomated": "AUTOMATED"], rows: rows))
    return ExitStatus.success
  }

  private static func condition(_ text: String) throws -> (SearchHit) -> Bool {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count > 1 ? parts[1] : "true") {
    case ("stars", let value):
      guard let stars = Int(value) else { throw wrong(text) }
      return { $0.stars >= stars }
    case ("is-official", let value):
      guard let flag = Bool(value) else { throw wrong(text) }
      return { $0.isOfficial == flag }
    case ("is-automated", let value):
      guard let flag = Bool(value) else { throw wrong(text) }
      return { $0.isAutomated == flag }
    default: throw wrong(text)
    }
  }

  private static func wrong(_ text: String) -> Failure {
    Failure(
      .invalidInput, "invalid filter '\(text)'", subject: "--filter",
      hint: "there are stars=NUMBER, is-official=true and is-automated=true")
  }
}
