import Arguments
import Compose
import Diagnostics
import Engine
import Linux
import Presentation
import Spec

enum LogsCommand {
  static var command: Command {
    Command(
      "logs", "View output from containers", usage: "[OPTIONS] [SERVICE...]",
      flags: [
        .boolean("follow", "f", "Follow log output"), .index,
        .boolean("no-color", nil, "Produce monochrome output"),
        .boolean("no-log-prefix", nil, "Don't print prefix in logs"),
        .text(
          "since", nil,
          "Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)"),
        .text("tail", "n", "Number of lines to show from the end of the logs for each container", initially: "all"),
        .boolean("timestamps", "t", "Show timestamps"),
        .text(
          "until", nil,
          "Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)"),
      ], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let options = try options(arguments)
    var (engine, scope, containers) = try invocation.selected(arguments.positionals, all: true)
    let index = arguments.integer("index") ?? 0
    let hasIndex = index > 0
    if hasIndex {
      containers.removeAll { $0.record.owner?.number != index }
      if containers.isEmpty { throw Failure(.notFound, "there is no container #\(index)") }
    }
    var style = invocation.style(of: .standard)
    if arguments.boolean("no-color") { style = .plain }
    var lines = LogLines(style: style, hasPrefix: !arguments.boolean("no-log-prefix"))
    let showsTime = arguments.boolean("timestamps")
    if options.follow {
      let followers = LogFollowers(engine, options, lines: lines, showsTime: showsTime) { text, _ in
        Output.standard.write(text)
      }
      for container in containers { followers.follow(container) }
      // Containers that are made or started later belong to the picture.
      followers.wait(
        grace: 1_000_000_000,
        rescan: {
          let running = try? engine.containers(of: scope.name, services: arguments.positionals, all: false)
          for container in running ?? [] where !hasIndex || container.record.owner?.number == index {
            followers.follow(container)
          }
        })
      if let failure = followers.failure() { throw failure }
      return ExitStatus.success
    }
    for container in containers { _ = lines.addSource(named: container.shortName) }
    // Nobody waits for a single line of what was logged long ago.
    var text: [UInt8] = []
    try MergedLogs(engine: engine, options: options).forEach(of: containers.map(\.id)) { source, entry in
      let time = showsTime ? entry.time.fixedWidth : nil
      text += lines.take(entry.bytes, from: source, isError: entry.stream == .stderr, time: time)
      if text.count >= 64 << 10 {
        Output.standard.write(text)
        text.removeAll(keepingCapacity: true)
      }
    }
    for source in containers.indices { text += lines.finish(source) }
    Output.standard.write(text)
    return ExitStatus.success
  }

  static func options(_ arguments: ParsedArguments) throws -> LogOptions {
    var options = LogOptions()
    options.follow = arguments.boolean("follow")
    options.since = try arguments.text("since").map { try moment($0, flag: "since") }
    options.until = try arguments.text("until").map { try moment($0, flag: "until") }
    if let tail = arguments.text("tail"), tail != "all" {
      guard let count = Int(tail) else {
        throw Failure(.invalidInput, "\"\(tail)\" is neither a number nor all", subject: "--tail")
      }
      // Docker shows everything for a negative number.
      options.tail = count >= 0 ? count : nil
    }
    return options
  }

  /// A time as Docker takes it: RFC 3339, a date, a Unix time, or how long ago.
  static func moment(_ text: String, flag: String, now: Timestamp = .now()) throws -> Timestamp {
    if let time = Timestamp(text) { return time }
    // Without a zone, or only a day, the time counts as UTC.
    if let time = Timestamp(text + "Z") ?? Timestamp(text + "T00:00:00Z") { return time }
    if let ago = Quantity.nanoseconds(text) { return Timestamp(nanoseconds: now.nanoseconds - ago) }
    if let seconds = Double(text), seconds.magnitude < 9e9 { return Timestamp(nanoseconds: Int64(seconds * 1e9)) }
    throw Failure(
      .invalidInput, "\"\(text)\" is no time", subject: "--\(flag)",
      hint: "write 2013-01-02T13:23:37Z, or 42m for 42 minutes ago")
  }
}
