import Diagnostics
import Linux
import Planning

// Each plans, takes the project's lock when there is something to do, plans again under it, and carries the plan out.
// Where there is nothing to do, nothing is written, not even a lock.
extension Reconciler {
  public func up(
    _ desired: Desired, _ options: UpOptions = UpOptions(), _ execution: Execution = Execution()
  ) throws -> Report {
    try reconcile(desired.project, execution, remembering: desired) { try plan(desired, options) }
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

  private func reconcile(
    _ project: String, _ execution: Execution, remembering desired: Desired? = nil, _ makePlan: () throws -> Plan
  ) throws -> Report {
    var plan = try makePlan()
    guard !plan.isEmpty, let folder = try folder(project) else {
      platform.tidy()
      return try carryOut(plan, execution)
    }
    if plan.changes.contains(where: \.action.isStart) { platform.expectStarts() }
    let lock = try folder.lock(execution.cancellation, blocked: execution.blocked)
    defer { lock.unlock() }
    // Another command may have worked on the project meanwhile.
    plan = try makePlan()
    let report = try carryOut(plan, execution)
    if plan.operation == .down, report.isComplete, try isGone(project) {
      folder.forget()
    } else if !plan.isEmpty {
      try folder.remember(desired, plan)
    }
    return report
  }

  private func carryOut(_ plan: Plan, _ execution: Execution) throws -> Report {
    execution.announce(plan)
    let report = Executor(plan, on: platform, execution).run()
    if !plan.isEmpty { try platform.flush() }
    return report
  }

  private func isGone(_ project: String) throws -> Bool {
    try platform.observe(project: project, desired: nil).containers.allSatisfy { $0.project != project }
  }
}
