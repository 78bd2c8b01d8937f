import Arguments
import Diagnostics
import Images
import Linux
import Presentation

/// `davit image history`, and `davit history IMAGE`, as `docker history`.
enum ImageHistoryCommand {
  static var command: Command {
    Command(
      "history", "Show the history of an image", usage: "[OPTIONS] IMAGE",
      flags: [
        .format(), human, noTruncation, .boolean("quiet", "q", "Only show image IDs"),
      ], arity: 1...1, positionals: [.images]
    ) { try run(Invocation($0)) }
  }

  static let human = Flag.boolean("human", "H", "Print sizes and dates in human readable format", initially: true)
  static let noTruncation = Flag.boolean("no-trunc", nil, "Don't truncate output")

  static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let truncates = !arguments.boolean("no-trunc")
    let isHuman = arguments.boolean("human")
    let now = Timestamp.now()
    let lines = try invocation.engine().images.history(of: arguments.positionals[0])
    func id(_ line: ImageHistoryLine) -> String {
      line.id.map { truncates ? $0.short : $0.description } ?? "<missing>"
    }
    if arguments.boolean("quiet") {
      for line in lines { Output.standard.print(id(line)) }
      return ExitStatus.success
    }
    let rows = lines.map { line in
      let created = line.created.flatMap { Timestamp($0) }
      // One line for a line, whatever made the layer.
      let command = line.createdBy.replacing("\t", with: " ")
      return JSONValue.object([
        "Comment": .string(line.comment),
        "CreatedAt": .string(created.map { Timestamp(seconds: $0.seconds, nanoseconds: 0).description } ?? "N/A"),
        "CreatedBy": .string(truncates ? Ellipsis.cut(command, to: 45) : command),
        "CreatedSince": .string(created.map { HumanTime.ago(from: $0, to: now) } ?? "N/A"), "ID": .string(id(line)),
        "Size": .string(isHuman ? HumanSize.decimal(line.size) : "\(line.size)"),
      ])
    }
    Output.standard.write(
      try invocation.format.render(
        columns: [
          ("IMAGE", "ID"), isHuman ? ("CREATED", "CreatedSince") : ("CREATED AT", "CreatedAt"),
          ("CREATED BY", "CreatedBy"), ("SIZE", "Size"), ("COMMENT", "Comment"),
        ], headings: ["CreatedAt": "CREATED AT", "CreatedSince": "CREATED"], rows: rows))
    return ExitStatus.success
  }
}

extension HumanTime {
  /// `3 weeks ago`
  static func ago(from moment: Timestamp, to now: Timestamp) -> String {
    ago(seconds: Double(now.nanoseconds - moment.nanoseconds) / 1e9)
  }
}
