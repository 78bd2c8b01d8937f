import Diagnostics
import Linux
import Planning
import Presentation
import Reconciling

extension Invocation {
  /// - Parameter quiet: nothing but failures.
  func reporter(_ title: String, quiet: Bool = false) throws -> Reporter {
    let word = arguments.text("progress") ?? variable("COMPOSE_PROGRESS") ?? "auto"
    guard let mode = ProgressMode(rawValue: word) else {
      throw Failure(
        .invalidInput, "unsupported progress type \(word)", subject: "--progress",
        hint: "use \(ProgressMode.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let output = isOn("COMPOSE_STATUS_STDOUT") ? Output.standard : .error
    return Reporter(
      quiet ? .quiet : mode == .auto && !movesCursor ? .plain : mode, title: title, output: output,
      style: style(of: output), isRehearsal: isRehearsal)
  }

  /// Whether the terminal may be asked to redraw lines: not where control characters are unwanted or not understood.
  private var movesCursor: Bool { ansi != "never" && variable("TERM") != "dumb" }

  func execution(_ reporter: Reporter, _ cancellation: Cancellation?) -> Execution {
    var execution = Execution()
    let asked = arguments.isGiven("parallel") ? nil : variable("COMPOSE_PARALLEL_LIMIT").flatMap(Int.init)
    if let limit = asked ?? arguments.integer("parallel"), limit > 0 { execution.parallelism = limit }
    // As long as docker compose takes to look for the first time.
    execution.settling = 500_000_000
    execution.cancellation = cancellation
    execution.progress = { reporter.step(ProgressStep($0)) }
    execution.blocked = { holder in
      let who = holder.map { " (process \($0))" } ?? ""
      reporter.write(Array("another command\(who) works on this project; waiting for it\n".utf8), to: .error)
    }
    return execution
  }

  /// Tells what a report says beyond the progress that was shown.
  /// - Returns: the exit status.
  func conclude(_ report: Report) -> Int32 {
    for warning in report.warnings { warn(warning) }
    for (change, failure) in report.failed {
      let isNamed = failure.description.contains(change.object.name)
      Output.error.print("\(isNamed ? failure : failure.about(change.object.description))")
    }
    let left = report.notBegun
    if !left.isEmpty {
      var objects: [String] = []
      for change in left where !objects.contains(change.object.description) {
        objects.append(change.object.description)
      }
      Output.error.print("not begun: \(objects.joined(separator: ", "))")
    }
    if let rollback = report.rollback {
      let services = report.failed.compactMap { $0.change.object.kind == .service ? $0.change.object.name : nil }
      let names = Set(services).sorted().joined(separator: ", ")
      if conclude(rollback) == ExitStatus.success { Output.error.print("went back to what ran before: \(names)") }
    }
    if report.interrupted { return ExitStatus.interrupted }
    // Whatever kept a container from starting, docker compose says 1.
    return report.failed.isEmpty ? ExitStatus.success : ExitStatus.failure
  }

  /// Runs work that Ctrl-C stops: the first time nothing more is begun, the second time the command ends at once, which
  /// the next one recovers from.
  func interruptible<Value>(_ work: (Cancellation) throws -> Value) throws -> Value {
    let cancellation = try Cancellation()
    let interrupts = try Interrupts { count in
      if count > 1 { Program.abandon() }
      cancellation.cancel()
    }
    defer { interrupts.end() }
    return try work(cancellation)
  }
}
