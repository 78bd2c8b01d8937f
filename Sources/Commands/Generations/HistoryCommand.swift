import Arguments
import Diagnostics
import FoundationEssentials
import Linux
import Planning
import Presentation
import Reconciling

enum HistoryCommand {
  static var command: Command {
    var command = Command(
      "history", "Show what was applied, by whom, and how it went", usage: "[OPTIONS] [GENERATION | IMAGE]",
      flags: [
        .format(), .keep, .boolean("quiet", "q", "Only display the numbers of generations"),
        ImageHistoryCommand.human, ImageHistoryCommand.noTruncation,
      ], arity: 0...1, positionals: [.images]
    ) { try run(Invocation($0)) }
    command.details = "With a generation: its plan, with the reasons. With an image: its history, as `docker history`."
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    if let word = arguments.positionals.first, Int(word) == nil { return try ImageHistoryCommand.run(invocation) }
    let name = try invocation.scope().name
    guard let history = try Reconciler(engine: invocation.engine()).history(name) else { return ExitStatus.failure }
    if let keep = try invocation.keep() { try history.setKeep(keep) }
    if let text = arguments.positionals.first {
      return try show(history.read(Generation.number(text)), invocation)
    }
    if arguments.boolean("quiet") {
      for number in history.numbers.reversed() { Output.standard.print("\(number)") }
      return ExitStatus.success
    }
    let now = Timestamp.now()
    let rows = history.all().reversed().map { $0.row(now: now) }
    Output.standard.write(
      try invocation.format.render(
        columns: [
          ("GENERATION", "Generation"), ("CREATED", "CreatedSince"), ("STATUS", "Status"), ("BY", "User"),
          ("CHANGES", "Changes"), ("COMMAND", "Command"),
        ], rows: rows))
    return ExitStatus.success
  }

  private static func show(_ generation: Generation, _ invocation: Invocation) throws -> Int32 {
    if invocation.arguments.text("format") == "json" {
      Output.standard.write(try PlanJSON.render(generation.plan))
      return ExitStatus.success
    }
    let origin = generation.origin
    var lines = [
      "Generation: \(generation.number)", "Began:      \(LocalTime.text(generation.began))",
      "Ended:      \(generation.ended.map(LocalTime.text) ?? "never")", "Status:     \(generation.status.rawValue)",
    ]
    if let origin {
      lines += [
        "By:         \(origin.user) (\(origin.uid)) on \(origin.host)", "Command:    \(origin.command)",
        "Directory:  \(origin.directory)",
      ]
      if !origin.files.isEmpty { lines.append("Files:      \(origin.files.joined(separator: ", "))") }
    }
    lines += generation.desired.images.map { "Image:      \($0.service) \($0.image) \($0.id)" }
    lines += generation.failures.map { "Failed:     \($0)" }
    Output.standard.write(lines.map { $0 + "\n" }.joined() + "\n")
    Output.standard.write(
      PlanText(colour: invocation.style(of: .standard).isColoured).render(generation.plan))
    return ExitStatus.success
  }
}

extension Generation {
  static func number(_ text: String) throws(Failure) -> Int {
    guard let number = Int(text), number > 0 else {
      throw Failure(.invalidInput, "\"\(text)\" is no number of a generation", hint: "`davit history` shows them")
    }
    return number
  }

  func row(now: Timestamp) -> JSONValue {
    let counts = plan.counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
    return .object([
      "Generation": .integer(Int64(number)),
      "CreatedAt": .string(began.description),
      "CreatedSince": .string(HumanTime.ago(seconds: Double(now.seconds - began.seconds))),
      "FinishedAt": ended.map { .string($0.description) } ?? .null,
      "Status": .string(status.rawValue.replacing("_", with: " ")),
      "User": .string(origin?.user ?? ""), "Host": .string(origin?.host ?? ""),
      "Directory": .string(origin?.directory ?? ""),
      "Files": .string(origin?.files.joined(separator: ",") ?? ""),
      "Command": .string(origin?.command ?? ""),
      "Changes": .string(counts.isEmpty ? "none" : counts.joined(separator: ", ")),
      "Images": .array(desired.images.map { .string("\($0.image)@\($0.id)") }),
      "Failures": .array(failures.map { .string($0) }),
    ])
  }
}

extension Desired {
  /// The image of each service, with the digest that it was resolved to.
  var images: [(service: String, image: String, id: String)] {
    services.compactMap { service in
      (service.containers.first ?? service.template).map { (service.name, $0.image, $0.imageID) }
    }
  }
}
