import Diagnostics
import Planning
import SeededRandom
import Spec

@testable import Reconciling

/// A plan that is being carried out, one step after the other, by the rules of the executor.
struct SimulatedWork {
  enum Fate { case succeeds, failsBefore, failsAfter }

  struct Step {
    var index: Int
    /// Of the simulated clock.
    var due: Int64
    var fate: Fate
  }

  /// Ticks for which the loop waits at most.
  private static let patience: Int64 = 200

  var plan: Plan
  var desired: Desired
  var before: Observed
  var isRollback = false
  var graph: ExecutionGraph
  var steps: [Step] = []
  var failures: [Int: String] = [:]
  /// Ids of containers that it made, by name.
  var made: [String: String] = [:]

  init(_ plan: Plan, _ desired: Desired, _ before: Observed) {
    self.plan = plan
    self.desired = desired
    self.before = before
    graph = ExecutionGraph(plan)
  }

  var isOver: Bool { steps.isEmpty && graph.isAtRest }
  var isComplete: Bool { graph.status.allSatisfy { $0 == .done } }

  /// Roll-outs that failed and are to be taken back.
  var returning: [String] {
    failures.keys.sorted().compactMap { index in
      guard case .checkRollout(let check) = plan.changes[index].action, check.policy.failureAction == .rollback else {
        return nil
      }
      return check.service
    }
  }

  mutating func begin(_ clock: Int64, faults: Bool, _ random: inout Seeded) {
    for index in graph.begin(limit: 1 + random.below(3), where: { _ in true }) {
      var duration = Int64(random.one(in: 8) ? random.below(50) : random.below(4))
      switch plan.changes[index].action {
      case .delay(let nanoseconds): duration = nanoseconds
      case .wait(let wait): duration = wait.duration ?? 0
      default: break
      }
      var fate = Fate.succeeds
      if faults, plan.changes[index].action.alters, random.one(in: 14) {
        fate = random.one(in: 2) ? .failsBefore : .failsAfter
      }
      steps.append(Step(index: index, due: clock + duration, fate: fate))
    }
  }

  /// Goes on with one of the steps that were begun.
  mutating func advance(_ machine: inout SimulatedMachine, _ clock: Int64, _ random: inout Seeded) throws {
    guard let place = steps.indices.randomElement(using: &random) else { return }
    let step = steps[place]
    let change = plan.changes[step.index]
    switch change.action {
    case .wait(let wait):
      let isLate = clock > step.due + Self.patience
      // Of two layers: nothing decided yet, and decided that all is well.
      var decided: String?? = verdict(of: wait, machine, isDue: clock >= step.due)
      if case .none = decided, isLate { decided = .some("timed out") }
      guard case .some(let verdict) = decided else { return }
      steps.remove(at: place)
      finish(step.index, wait.required ? verdict : nil)
    case .checkRollout(let check):
      steps.remove(at: place)
      if plan.isEnded(check, before: change, isDone: { graph.status[$0 - 1] == .done }) {
        return graph.fail(step.index)
      }
      let failed = plan.failedReplicas(check, before: change) { graph.status[$0 - 1] == .done }
      finish(step.index, failed.count > check.allowance ? "\(failed) failed" : nil)
    default:
      guard clock >= step.due else { return }
      steps.remove(at: place)
      try perform(step, change, &machine)
    }
  }

  private mutating func perform(_ step: Step, _ change: Change, _ machine: inout SimulatedMachine) throws {
    if step.fate == .failsBefore { return finish(step.index, "broken on purpose") }
    do { try apply(change, &machine) } catch let failure as Failure {
      // What somebody else removed meanwhile need not be removed; all else fails as a machine lets it fail.
      let isHarmless: Bool =
        switch change.action {
        case .removeContainer, .removeNetwork, .stop: failure.code == .notFound
        default: false
        }
      return finish(step.index, isHarmless ? nil : failure.description)
    }
    finish(step.index, step.fate == .failsAfter ? "broken after it was done" : nil)
  }

  private mutating func apply(_ change: Change, _ machine: inout SimulatedMachine) throws {
    var change = change
    if case .takeOver(let container, _) = change.action, container.id.isEmpty {
      let successor = machine.container(made[container.name])
      if WaitVerdict(.ready, successor.map(ContainerStatus.init)) != .holds {
        throw Failure(.conflict, "is not ready any more, and takes nothing over")
      }
    }
    change.action = change.action.naming { made[$0] }
    if let ending = change.ending, let refusal = change.refusal(to: ending.id, machine.observed) { throw refusal }
    let id = try machine.apply(change)
    if case .createContainer = change.action { made[change.object.name] = id }
  }

  private mutating func finish(_ index: Int, _ failure: String?) {
    if let failure {
      failures[index] = failure
      graph.fail(index)
    } else {
      graph.finish(index)
    }
  }

  /// `.some(nil)`: the condition holds; `nil`: it may still come to hold.
  private func verdict(of wait: Wait, _ machine: SimulatedMachine, isDue: Bool) -> String?? {
    for reference in wait.containers {
      let id = reference.id.isEmpty ? made[reference.name] : reference.id
      let container = machine.container(id)
      switch WaitVerdict(wait.condition, container.map(ContainerStatus.init)) {
      case .never(let reason): return .some(reason)
      case .pending: return nil
      case .holds: if wait.condition == .steady, !isDue { return nil }
      }
    }
    return .some(nil)
  }

  /// The reconciler dies: what it had begun is done, or not.
  mutating func crash(_ machine: inout SimulatedMachine, _ random: inout Seeded) throws {
    for step in steps where plan.changes[step.index].action.alters && random.one(in: 2) {
      do { try apply(plan.changes[step.index], &machine) } catch is Failure {}
    }
  }
}

extension Action {
  /// With the ids of containers that were made meanwhile, as the executor knows them.
  fileprivate func naming(_ id: (String) -> String?) -> Action {
    func known(_ container: ContainerReference) -> ContainerReference {
      container.id.isEmpty ? ContainerReference(id: id(container.name) ?? "unknown", name: container.name) : container
    }
    return switch self {
    case .renameContainer(let container, let to): .renameContainer(known(container), to: to)
    case .updateContainer(let container, let to, let fields): .updateContainer(known(container), to: to, fields: fields)
    case .connect(let container, let attachment): .connect(known(container), attachment)
    case .disconnect(let container, let network): .disconnect(known(container), network)
    case .start(let container): .start(known(container))
    case .startStandby(let container): .startStandby(known(container))
    case .takeOver(let container, let from): .takeOver(known(container), from: from.map(known))
    case .drain(let container, let timeout): .drain(known(container), timeout: timeout)
    case .stop(let container, let timeout): .stop(known(container), timeout: timeout)
    case .unpause(let container): .unpause(known(container))
    case .removeContainer(let container, let volumes): .removeContainer(known(container), volumes: volumes)
    default: self
    }
  }
}
