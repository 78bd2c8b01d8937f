import Arguments
import Diagnostics
import Engine
import Glibc
import Planning
import Reconciling

enum DiffCommand {
  static var command: Command {
    var command = Command(
      "diff", "Show how two states of a project differ", usage: "[OPTIONS] [FROM [TO]]",
      flags: [
        .text(
          "format", nil, "Format the output. Values: [text | json]", initially: "text",
          values: .words(["text", "json"]))
      ], arity: 0...2, positionals: [.files]
    ) { try run(Invocation($0)) }
    command.details = """
      A state is a compose file, the number of a generation (see `davit history`), `running` for what is on this machine, or
      `file` for the project's own files. Without arguments: from running to file. The exit status is 0 when there is no
      difference and 2 when there is.
      """
    return command
  }

  /// Whether a word says a state of a project rather than the name of a container, whose changes docker's verb shows.
  static func isState(_ word: String) -> Bool {
    word == "running" || word == "file" || Int(word) != nil || access(word, R_OK) == 0
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let format = arguments.text("format") ?? "text"
    guard ["text", "json"].contains(format) else {
      throw Failure(.invalidInput, "unsupported format: \(format)", subject: "--format", hint: "use text or json")
    }
    let words = arguments.positionals
    let from = words.first ?? "running"
    let to = words.count > 1 ? words[1] : "file"
    let engine = try invocation.engine()
    // What runs is compared as the other says it.
    let after = to == "running" ? nil : try state(to, invocation, engine)
    let before = from == "running" ? nil : try state(from, invocation, engine, project: after?.project)
    guard let reference = after ?? before else {
      throw Failure(.invalidInput, "what runs does not differ from itself", hint: "name two different states")
    }
    let running = try before == nil || after == nil ? self.running(like: reference, engine) : reference
    let difference = DesiredDifference(
      from: from, before ?? running, to: to, after ?? running, machineOnly: before == nil || after == nil)
    Output.standard.write(
      format == "json"
        ? try difference.json() : difference.text(colour: invocation.style(of: .standard).isColoured))
    return difference.differences.isEmpty ? ExitStatus.success : ExitStatus.changes
  }

  private static func running(like other: Desired, _ engine: Engine) throws -> Desired {
    try LocalPlatform(engine).observe(project: other.project, desired: other).asDesired(other.project, like: other)
  }

  private static func state(
    _ word: String, _ invocation: Invocation, _ engine: Engine, project: String? = nil
  ) throws -> Desired {
    if word == "file" { return try invocation.desired(invocation.project(), engine, needsImages: false) }
    if let number = Int(word) {
      let name = try project ?? invocation.scope().name
      guard let history = try Reconciler(engine: engine).history(name) else { throw noGeneration(number) }
      return try history.read(number).desired
    }
    return try invocation.desired(invocation.project(file: word, named: project), engine, needsImages: false)
  }

  private static func noGeneration(_ number: Int) -> Failure {
    Failure(.notFound, "there is no such generation", subject: "generation \(number)")
  }
}
