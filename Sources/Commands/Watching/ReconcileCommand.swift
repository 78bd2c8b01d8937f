import Arguments
import Compose
import Diagnostics
import Engine
import Linux
import Planning
import Presentation
import Reconciling
import Spec

enum ReconcileCommand {
  static var command: Command {
    var command = Command(
      "reconcile", "Keep this machine as the project says",
      flags: [
        .text(
          "interval", nil, "How often to look although nothing seems to have happened", initially: "10s",
          placeholder: "duration"),
        .boolean("once", nil, "Look once, put right what is not, and end"),
        .text(
          "format", nil, "Format of what is told. Values: [text | json]", initially: "text",
          values: .words(["text", "json"])),
        .removeOrphans, .timeout,
      ]
    ) { try run(Invocation($0)) }.aliased("watch-state")
    command.details = """
      Acts when a container ends, changes its health or is tampered with, when the project's files, secrets or configs
      change, and every interval besides. What is right is not touched; what keeps failing is left alone for longer and longer.
      With -p alone it keeps what was applied last. Unhealthy containers are restarted where the service says
      `x-davit: {on_unhealthy: restart}`.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let interval = try Self.interval(arguments.text("interval") ?? "10s")
    let format = arguments.text("format") ?? "text"
    guard ["text", "json"].contains(format) else {
      throw Failure(.invalidInput, "unsupported format: \(format)", subject: "--format", hint: "use text or json")
    }
    let engine = try invocation.engine()
    let journal = ReconcileJournal(isJSON: format == "json", project: try invocation.scope().name)
    var options = UpOptions()
    options.removeOrphans = arguments.boolean("remove-orphans")
    options.timeout = try invocation.seconds("timeout")
    if invocation.isRehearsal {
      let (reconciler, desired) = try (Reconciler(engine: engine), wanted(invocation, engine).desired)
      return try invocation.rehearse(reconciler.plan(desired, options), by: reconciler, desired)
    }
    return try invocation.interruptible { cancellation in
      var execution = Execution()
      execution.cancellation = cancellation
      execution.origin = invocation.origin("reconcile")
      var failed = false
      let loop = try ReconcileLoop(
        engine: { engine.lookingAnew() }, options: options, execution: execution,
        load: { try wanted(invocation, $0) },
        tell: { event in
          if case .failed = event { failed = true }
          if case .applied(let report) = event, !report.isComplete { failed = true }
          journal.note(event)
        })
      if arguments.boolean("once") {
        loop.look()
        return failed ? ExitStatus.failure : ExitStatus.success
      }
      try loop.run(interval: interval, cancellation: cancellation)
      return ExitStatus.success
    }
  }

  private static func wanted(_ invocation: Invocation, _ engine: Engine) throws -> ReconcileLoop.Wanted {
    let scope = try invocation.scope()
    // Images that get other names are another wish, too.
    let index = "\(engine.host.root)/content/index.json"
    guard scope.project != nil else {
      let reconciler = Reconciler(engine: engine)
      guard let applied = try reconciler.applied(scope.name) else {
        throw Failure(
          .notFound, "nothing is known of what was applied", subject: "project \(scope.name)",
          hint: "`davit up` applies it and remembers")
      }
      return .init(applied, files: ["\(engine.host.root)/projects/\(scope.name)/applied.json"])
    }
    let project = try invocation.project()
    let desired = try invocation.desired(project, engine)
    let contents = desired.files.compactMap { file -> String? in
      if case .file(let path) = file.origin { path } else { nil }
    }
    return .init(desired, files: project.files + contents + ["\(project.workingDirectory)/.env", index])
  }

  private static func interval(_ text: String) throws(Failure) -> Int64 {
    guard let nanoseconds = Quantity.nanoseconds(text), nanoseconds >= 100_000_000 else {
      throw Failure(
        .invalidInput, "\"\(text)\" is no interval of 100ms or more", subject: "--interval", hint: "write it like 10s")
    }
    return nanoseconds
  }
}
