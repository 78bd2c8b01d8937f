import Diagnostics
import Planning
import Presentation
import Reconciling

/// `--dry-run`: what would be done is said line by line, in docker compose's words and marked as a rehearsal, and nothing
/// is done.
extension Invocation {
  var isRehearsal: Bool { arguments.boolean("dry-run") }

  /// Carries out a plan on the same machine in memory.
  func rehearse(_ plan: Plan, by reconciler: Reconciler, _ desired: Desired?) throws -> Int32 {
    let reporter = try reporter(arguments.command.name)
    defer { reporter.finish() }
    var execution = execution(reporter, nil)
    if plan.operation == .up {
      execution = try announcing(execution, reporter)
    } else {
      execution.announce = { plan in for warning in warnings(of: plan) { warn(warning) } }
    }
    // Nothing that is only thought of finds out a moment later that it cannot do its work.
    execution.settling = 0
    execution.progress = { event in
      if let step = ProgressStep(event, of: plan.operation) { reporter.step(step) }
    }
    let report = try reconciler.rehearsal(plan.project, desired).apply(plan, execution)
    reporter.finish()
    return conclude(report)
  }

  /// Says what would be done to each of several things.
  /// - Parameter words: what would be shown while it is done, and when it is: `Pulling`, `Pulled`.
  func rehearse(_ things: [String], _ words: (doing: String, done: String), detail: String = "") throws -> Int32 {
    let reporter = try reporter(arguments.command.name)
    for thing in things {
      reporter.step(ProgressStep(thing, words.doing, .working, detail: detail))
      reporter.step(ProgressStep(thing, words.done, .done))
    }
    return ExitStatus.success
  }
}
