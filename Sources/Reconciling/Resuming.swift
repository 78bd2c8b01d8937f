import Diagnostics
import Engine
import Linux
import Planning
import Spec

/// After the machine was started: what was running, and says that it wants to, comes back.
public struct Resuming: Sendable {
  /// What became of one project, or of the containers that belong to none.
  public struct Outcome: Sendable {
    /// Empty: of none.
    public var project: String
    public var started: [String]
    public var failures: [Failure]
  }

  /// How many projects come back at once.
  private static let parallelism = 8

  let engine: Engine
  let execution: Execution

  public init(engine: Engine, execution: Execution = Execution()) {
    self.engine = engine
    self.execution = execution
  }

  /// - Parameter projects: only these; empty: all, and containers of none.
  public func run(_ projects: [String] = []) throws -> [Outcome] {
    let due = try engine.containers().filter(\.comesBack)
    var byProject: [String: [ContainerView]] = [:]
    var alone: [ContainerView] = []
    for container in due {
      if let owner = container.record.owner, !owner.oneOff {
        byProject[owner.project, default: []].append(container)
      } else {
        alone.append(container)
      }
    }
    if !projects.isEmpty { byProject = byProject.filter { projects.contains($0.key) } }
    let outcomes = WorkerPool.map(byProject.sorted { $0.key < $1.key }, limit: Self.parallelism) { [self] in
      resume($0.key, $0.value)
    }
    var all = outcomes.compactMap { try? $0.get() }
    if projects.isEmpty, !alone.isEmpty { all.append(start(alone)) }
    return all
  }

  private func resume(_ project: String, _ containers: [ContainerView]) -> Outcome {
    var outcome = Outcome(project: project, started: [], failures: [])
    do {
      var selection = Selection(services: Array(Set(containers.compactMap(\.record.owner?.service))).sorted())
      selection.noDependencies = true
      selection.resumed = Set(containers.map(\.id))
      let report = try Reconciler(engine: engine).run(.start, project, nil, selection, execution)
      outcome.failures = report.failed.map(\.failure)
      outcome.started = report.done.compactMap { change in
        if case .start(let container) = change.action { container.name } else { nil }
      }
    } catch { outcome.failures.append(Failure(describing: error)) }
    return outcome
  }

  private func start(_ containers: [ContainerView]) -> Outcome {
    let failures = engine.start(containers.map(\.id))
    return Outcome(
      project: "", started: containers.filter { failures[$0.id] == nil }.map(\.name), failures: Array(failures.values))
  }

  /// The machine goes down: every container is asked to end, and none is marked as stopped by a person.
  /// - Returns: how many there were.
  public static func suspend(_ engine: Engine) throws -> Int {
    let running = try engine.containers(all: false)
    _ = WorkerPool.map(running, limit: 64) { try engine.endWithMachine($0.id) }
    return running.count
  }
}

extension ContainerView {
  /// What a restart policy means after a reboot, as with Docker's daemon: `always` whoever stopped it, `unless-stopped`
  /// unless a person did, `on-failure` where it failed or was cut off.
  var comesBack: Bool {
    guard state == .exited else { return false }
    switch record.spec.restart.condition {
    case .no: return false
    case .always: return true
    case .unlessStopped: return !stoppedByUser
    case .onFailure:
      let limit = record.spec.restart.maximumRetries
      return !stoppedByUser && exitCode != 0 && (limit == 0 || restartCount < limit)
    }
  }
}
