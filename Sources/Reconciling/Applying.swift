import Diagnostics
import Linux
import Planning

// Each plans, takes the project's lock when there is something to do, plans again under it, and carries the plan out.
// Where there is nothing to do, nothing is written, not even a lock.
extension Reconciler {
  /// Makes the machine have what is desired. What is done makes a new generation.
  public func up(
    _ desired: Desired, _ options: UpOptions = UpOptions(), _ execution: Execution = Execution()
  ) throws -> Report {
    try converge(desired, options, execution) { try observedPlan(desired, options) }
  }

  public func down(
    _ project: String, _ desired: Desired?, _ options: DownOptions = DownOptions(),
    _ execution: Execution = Execution()
  ) throws -> Report {
    try reconcile(project, execution) { try planDown(project, desired, options) }
  }

  /// `start`, `stop`, `restart` or `remove`.
  public func run(
    _ operation: Plan.Operation, _ project: String, _ desired: Desired?, _ selection: Selection = Selection(),
    _ execution: Execution = Execution()
  ) throws -> Report {
    try reconcile(project, execution) { try plan(operation, project, desired, selection) }
  }

  /// Carries out a plan as it is, under the project's lock.
  public func apply(_ plan: Plan, _ execution: Execution = Execution()) throws -> Report {
    try reconcile(plan.project, execution) { plan }
  }

  /// Carries out a plan that was made earlier.
  /// - Parameter contents: bytes of secrets and configs by digest.
  /// - Throws: `conflict`, naming what moved, where the machine is not as it was then.
  public func apply(
    _ saved: SavedPlan, contents: (String) -> [UInt8]?, _ execution: Execution = Execution()
  ) throws -> Report {
    let desired = try saved.desired.filled(contents).scaled(saved.options.scale)
    return try converge(desired, saved.options, execution) {
      let observed = try platform.observe(project: desired.project, desired: desired)
      let movements = observed.movements(since: saved.observed, for: desired)
      guard movements.isEmpty else {
        throw Failure(
          .conflict, "the machine is not as it was when the plan was made", subject: "plan",
          hint: "make the plan again", causes: movements)
      }
      return (saved.plan.filled(contents), observed)
    }
  }

  private func converge(
    _ desired: Desired, _ options: UpOptions, _ execution: Execution,
    _ makePlan: () throws -> (plan: Plan, observed: Observed)
  ) throws -> Report {
    var (plan, observed) = try makePlan()
    guard !plan.isEmpty, let folder = try folder(desired.project) else {
      platform.tidy()
      var report = try carryOut(plan, execution)
      if !plan.isEmpty { try finishRollouts(&report, desired, observed, nil, execution) }
      return report
    }
    let lock = try folder.lock(execution.cancellation, blocked: execution.blocked)
    defer { lock.unlock() }
    // Another command may have worked on the project meanwhile.
    (plan, observed) = try makePlan()
    guard !plan.isEmpty else { return try carryOut(plan, execution) }
    let history = History(folder)
    if let keep = execution.keep { try history.setKeep(keep) }
    let applied = folder.applied()
    let remembered = desired.merged(over: applied)
    if execution.isRepair, applied == remembered {
      var report = try carryOut(plan, execution)
      try finishRollouts(&report, desired, observed, folder, execution)
      return report
    }
    let generation = try history.begin(remembered, plan, execution.origin)
    var report = try carryOut(plan, execution)
    report.generation = generation.number
    try folder.remember(remembered, plan)
    try finishRollouts(&report, desired, observed, folder, execution)
    try history.finish(generation, report)
    return report
  }

  private func reconcile(_ project: String, _ execution: Execution, _ makePlan: () throws -> Plan) throws -> Report {
    var plan = try makePlan()
    guard !plan.isEmpty, let folder = try folder(project) else {
      platform.tidy()
      return try carryOut(plan, execution)
    }
    let lock = try folder.lock(execution.cancellation, blocked: execution.blocked)
    defer { lock.unlock() }
    // Another command may have worked on the project meanwhile.
    plan = try makePlan()
    let report = try carryOut(plan, execution)
    if plan.operation == .down, report.isComplete, try isGone(project) {
      folder.forget()
    } else if !plan.isEmpty {
      try folder.remember(nil, plan)
    }
    return report
  }

  func carryOut(_ plan: Plan, _ execution: Execution) throws -> Report {
    execution.announce(plan)
    let report = Executor(plan, on: platform, execution).run()
    if !plan.isEmpty { try platform.flush() }
    return report
  }

  private func isGone(_ project: String) throws -> Bool {
    try platform.observe(project: project, desired: nil).containers.allSatisfy { $0.project != project }
  }
}
