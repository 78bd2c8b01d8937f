import Diagnostics
import Linux
import Planning
import Synchronization

/// Carries out a plan: everything that may go on at once does, within bounds.
///
/// A change that fails stops what waits for it; the rest goes on. Nothing is undone: the machine is always in a state
/// from which the next plan leads on.
final class Executor: Sendable {
  let plan: Plan
  let platform: any Platform
  let execution: Execution
  let sequence: EventSequence
  /// Of `Monotonic.now`.
  let deadline: Int64?
  /// Names under which containers go that are being replaced: what happens to them is not told.
  let predecessors: Set<String>
  private let state: Mutex<State>
  private let departing = Mutex(())
  private let changed = Signal()
  private let makers: WorkerPool

  private struct State {
    var graph: ExecutionGraph
    var failures: [Int: Failure] = [:]
    var warnings: [String] = []
    /// Ids of containers that this run made, by name.
    var made: [String: String] = [:]
    /// Ids of containers that are being stopped or removed.
    var leaving: Set<String> = []
    /// Changes that work on the machine now, by what they ask of it.
    var making = 0
    var stopping = 0
    var starting = 0
    /// Of `Monotonic.now`, since when starts are held back.
    var gatheringSince: Int64?
    /// How many changes have come to an end.
    var ended = 0
  }

  init(_ plan: Plan, on platform: any Platform, _ execution: Execution) {
    self.plan = plan
    self.platform = platform
    self.execution = execution
    sequence = EventSequence(execution.progress)
    deadline = execution.waitTimeout.map { Monotonic.now + $0 }
    predecessors = Set(
      plan.changes.compactMap { change in
        if case .createContainer(let creation) = change.action { creation.replaces?.id } else { nil }
      })
    state = Mutex(State(graph: ExecutionGraph(plan)))
    makers = WorkerPool(limit: execution.parallelism ?? Limit.making)
  }

  func run() -> Report {
    // What `stop` and its like leave alone is nothing to tell.
    if plan.operation == .up {
      for unchanged in plan.unchanged { sequence.send(ProgressEvent(unchanged)) }
    }
    while true {
      let (isOver, ended) = state.withLock {
        ($0.graph.begun == 0 && ($0.graph.ready.isEmpty || isInterrupted), $0.ended)
      }
      if isOver { return report() }
      if !isInterrupted { dispatch() }
      // Looked at again now and then, because cancelling wakes nobody.
      changed.wait(until: Monotonic.now + Limit.gathering) { state.withLock { $0.ended != ended } }
    }
  }

  var isInterrupted: Bool { execution.cancellation?.isCancelled ?? false }

  // MARK: Who begins when

  private enum Limit {
    /// Making is bound by the processors and the disk.
    static let making = 16
    /// Stopping mostly waits for programs to end.
    static let stopping = 128
    /// Nanoseconds for which starts are held back for others to join them.
    static let gathering: Int64 = 20_000_000
  }

  private func dispatch() {
    for index in state.withLock({ $0.graph.begin { isLong($0) } }) {
      launch { self.finish(index, Result { try self.performLong(self.plan.changes[index]) }) }
    }
    let (making, stopping, starting) = state.withLock { takeWork(&$0) }
    for index in stopping { launch { self.finish(index, Result { try self.perform(self.plan.changes[index]) }) } }
    for index in making {
      makers.submit { self.finish(index, Result { try self.perform(self.plan.changes[index]) }) }
    }
    if !starting.isEmpty { launch { self.start(starting) } }
  }

  private func takeWork(_ state: inout State) -> (making: [Int], stopping: [Int], starting: [Int]) {
    func room(_ bound: Int) -> Int {
      guard let limit = execution.parallelism else { return max(bound, 0) }
      return max(max(limit, 1) - state.making - state.stopping - state.starting, 0)
    }
    let stopping = state.graph.begin(limit: room(Limit.stopping - state.stopping)) { isStop($0) }
    state.stopping += stopping.count
    let making = state.graph.begin(limit: room(.max)) {
      // Something long may have become ready since those were begun.
      !isStop($0) && !isStart($0) && !isLong($0)
    }
    state.making += making.count
    if isGathering(&state) { return (making, stopping, []) }
    let starting = state.graph.begin(limit: room(.max)) { isStart($0) }
    state.starting += starting.count
    return (making, stopping, starting)
  }

  /// One firewall transaction serves all containers that are started together: while something is being made, another
  /// start may be about to join those that are ready.
  private func isGathering(_ state: inout State) -> Bool {
    guard execution.parallelism == nil, state.making > 0, state.graph.ready.contains(where: isStart) else {
      state.gatheringSince = nil
      return false
    }
    let now = Monotonic.now
    let since = state.gatheringSince ?? now
    state.gatheringSince = since
    if now - since < Limit.gathering { return true }
    state.gatheringSince = nil
    return false
  }

  /// It takes as long as some program wants, and has a thread of its own.
  private func isLong(_ index: Int) -> Bool {
    switch plan.changes[index].action {
    case .wait, .prepare, .runHooks, .checkRollout, .delay, .drain: true
    default: false
    }
  }

  /// It only waits, and says itself what it waits for.
  private func isGate(_ index: Int) -> Bool {
    switch plan.changes[index].action {
    case .wait, .checkRollout, .delay, .drain: true
    default: false
    }
  }

  private func isStop(_ index: Int) -> Bool { if case .stop = plan.changes[index].action { true } else { false } }
  private func isStart(_ index: Int) -> Bool { plan.changes[index].action.isStart }

  /// On a thread of its own; where there is none left, on this one.
  private func launch(_ work: @escaping @Sendable () -> Void) {
    do { _ = try Thread.spawn { work() } } catch { work() }
  }

  // MARK: What became of it

  private func finish(_ index: Int, _ result: Result<Void, any Error>) {
    state.withLock { state in
      if isStop(index) {
        state.stopping -= 1
      } else if isStart(index) {
        state.starting -= 1
      } else if !isLong(index) {
        state.making -= 1
      }
      state.ended += 1
      switch result {
      case .success: state.graph.finish(index)
      case .failure(let error):
        state.failures[index] = Failure(describing: error)
        state.graph.fail(index)
      }
    }
    // A wait has told which container it failed for.
    if case .failure(let error) = result, !isGate(index) {
      sequence.send(
        ProgressEvent(plan.changes[index].object, .failed, detail: Failure(describing: error).description))
    }
    changed.notifyAll()
  }

  private func start(_ indices: [Int]) {
    var batch: [(id: String, index: Int)] = []
    for index in indices {
      guard case .start(let container) = plan.changes[index].action else { continue }
      sequence.send(ProgressEvent(plan.changes[index].object, .starting))
      batch.append((id(of: container), index))
    }
    let failures = platform.start(batch.map(\.id))
    for (id, index) in batch {
      if let failure = failures[id] {
        let object = plan.changes[index].object
        finish(index, .failure(failure.subject.contains(object.name) ? failure : failure.about("\(object)")))
      } else {
        sequence.send(ProgressEvent(plan.changes[index].object, .started))
        finish(index, .success(()))
      }
    }
  }

  func id(of container: ContainerReference) -> String {
    if !container.id.isEmpty { return container.id }
    return state.withLock { $0.made[container.name] } ?? container.name
  }

  func made(_ name: String, id: String, warnings: [Warning]) {
    state.withLock { state in
      state.made[name] = id
      state.warnings += warnings.map { "container \(name): \($0)" }
    }
  }

  /// One container after the other: two that could each count on the other must not both go.
  /// - Throws: `conflict` where the change spares the last replica that serves, and this is it.
  func leave(_ id: String, _ change: Change) throws {
    try departing.withLock { _ in
      try requireAnother(id, change)
      state.withLock { _ = $0.leaving.insert(id) }
    }
  }

  /// What there is now counts, not what there was when the plan was made.
  func requireAnother(_ id: String, _ change: Change) throws {
    guard change.sparesLast else { return }
    let observed = try platform.observe(project: plan.project, desired: nil)
    if let refusal = change.refusal(to: id, observed, leaving: state.withLock(\.leaving)) { throw refusal }
  }

  func hasLeft(_ id: String) { state.withLock { _ = $0.leaving.remove(id) } }

  func warn(_ text: String) { state.withLock { $0.warnings.append(text) } }

  private func report() -> Report {
    state.withLock { state in
      let outcomes: [Report.Outcome] = plan.changes.indices.map { index in
        switch state.graph.status[index] {
        case .done: .done
        // A wait that was cut short has not failed, nor has a check of a roll-out that is over.
        case .failed where state.failures[index]?.code == .interrupted: .notBegun
        case .failed: .failed(state.failures[index]!)
        case .waiting, .ready, .begun, .unreachable: .notBegun
        }
      }
      var report = Report(plan: plan, outcomes: outcomes)
      report.interrupted = isInterrupted && !state.graph.status.allSatisfy { $0 == .done }
      report.warnings = plan.warnings + state.warnings
      return report
    }
  }
}

extension Executor {
  /// Returns when what comes after a gate may begin.
  func pass(_ change: Change) throws {
    switch change.action {
    case .delay(let nanoseconds):
      if let cancellation = execution.cancellation {
        _ = cancellation.sleep(nanoseconds: nanoseconds)
      } else {
        Monotonic.sleep(nanoseconds: nanoseconds)
      }
    case .drain(let container, let timeout):
      sequence.send(ProgressEvent(change.object, .draining))
      // What keeps it from being watched does not keep it from being stopped.
      try? platform.drain(id(of: container), timeout: timeout, cancellation: execution.cancellation)
      sequence.send(ProgressEvent(change.object, .drained))
    case .checkRollout(let check):
      if plan.isEnded(check, before: change, isDone: { isDone($0 - 1) }) {
        throw Failure(.interrupted, "the roll-out has ended", subject: "\(change.object)")
      }
      try judge(check, failed: plan.failedReplicas(check, before: change) { isDone($0 - 1) })
    default: try waitUntilHolds(change)
    }
  }

  private func isDone(_ index: Int) -> Bool { state.withLock { $0.graph.status[index] == .done } }

  private func judge(_ check: RolloutCheck, failed: [String]) throws {
    if isInterrupted { throw Failure(.interrupted, "interrupted", exitStatus: ExitStatus.interrupted) }
    guard !failed.isEmpty else { return }
    let object = ObjectReference(.service, check.service, key: check.service)
    let names = failed.joined(separator: ", ")
    let count = "\(failed.count) of \(check.total)"
    guard failed.count > check.allowance else {
      warn("service \(check.service): the roll-out goes on although \(count) failed: \(names)")
      return
    }
    let consequence = check.policy.failureAction == .rollback ? "goes back" : "ends here"
    sequence.send(ProgressEvent(object, .failed, detail: "roll-out \(consequence): \(count) failed"))
    throw Failure(.rollout, "the roll-out \(consequence): \(count) failed: \(names)", subject: "\(object)")
  }
}

extension Failure {
  /// Of whatever was thrown.
  init(describing error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let failures as Failures where failures.all.count == 1: self = failures.all[0]
    default: self.init(.system, "\(error)")
    }
  }
}

/// Hands events on one at a time.
final class EventSequence: Sendable {
  private let sink: Mutex<@Sendable (ProgressEvent) -> Void>

  init(_ sink: @escaping @Sendable (ProgressEvent) -> Void) { self.sink = Mutex(sink) }

  func send(_ event: ProgressEvent) { sink.withLock { $0(event) } }

  /// With no event at the same time.
  func exclusively(_ body: () -> Void) { sink.withLock { _ in body() } }
}

extension Failure.Code {
  /// More replicas failed than the project allows.
  public static let rollout = Failure.Code(rawValue: "rollout")
}
