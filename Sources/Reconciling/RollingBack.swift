import Diagnostics
import Linux
import Planning

extension Reconciler {
  /// Makes the machine have what an earlier generation wanted; what it did not know goes.
  /// - Parameter number: `nil`: the last good one.
  public func rollBack(
    _ project: String, to number: Int? = nil, _ options: UpOptions = UpOptions(), _ execution: Execution = Execution()
  ) throws -> Report {
    let (desired, options) = try rollBackTarget(project, to: number, options)
    return try up(desired, options, execution)
  }

  /// What `rollBack` makes the machine have, and how.
  public func rollBackTarget(
    _ project: String, to number: Int? = nil, _ options: UpOptions = UpOptions()
  ) throws -> (Desired, UpOptions) {
    guard let history = try history(project) else {
      throw Failure(.unsupported, "nothing is remembered of projects", subject: "project \(project)")
    }
    let generation = try number.map { try history.read($0) } ?? history.lastGood()
    var options = options
    options.isRollback = true
    options.removeOrphans = true
    return (generation.desired.filled(history.content), options)
  }

  /// What is left to do after the roll-outs of a plan: successors that never took over go, and services whose roll-out
  /// failed go back to what they were, where the project says so.
  func finishRollouts(
    _ report: inout Report, _ desired: Desired, _ before: Observed, _ folder: ProjectFolder?, _ execution: Execution
  ) throws {
    let failed = report.failed.compactMap { change, _ -> RolloutCheck? in
      if case .checkRollout(let check) = change.action { check } else { nil }
    }
    let isBegun = report.plan.changes.contains { if case .startStandby = $0.action { true } else { false } }
    guard !failed.isEmpty || (isBegun && !report.isComplete) else { return }
    let returning = failed.filter { $0.policy.failureAction == .rollback }.map(\.service)
    if !returning.isEmpty, !report.interrupted {
      let back = try desired.with(services: returning, of: before).filled { digest in
        folder.flatMap { History($0).content(digest) }
      }
      var options = UpOptions()
      options.services = returning
      options.noDependencies = true
      options.isRollback = true
      let (plan, _) = try observedPlan(back, options)
      var generation: Generation?
      if let folder, !plan.isEmpty {
        let earlier = folder.applied()
        let remembered = earlier.map { back.merged(under: $0, returning) } ?? back
        var origin = execution.origin
        origin?.command = "automatic return from generation \(report.generation ?? 0)"
        generation = try History(folder).begin(remembered, plan, origin)
        try folder.remember(remembered, plan)
      }
      report.rollback = try carryOut(plan, execution)
      if let folder, let generation, let rollback = report.rollback {
        try History(folder).finish(generation, rollback)
      }
    }
    removeStandbys(of: desired)
  }

  /// Successors that serve nobody. What cannot be removed now goes with the next plan.
  private func removeStandbys(of desired: Desired) {
    let names = Set(desired.services.flatMap(\.containers).map(\.name))
    let containers = (try? platform.observe(project: desired.project, desired: nil))?.containers ?? []
    for container in containers where container.project == desired.project && !container.oneOff {
      if container.isAside, !names.contains(container.spec.name) {
        try? platform.removeContainer(container.id, volumes: false)
      }
    }
  }
}

extension ObservedContainer {
  /// The lower, the more it is the one in its place.
  fileprivate var rank: Int { (standing == .inPlace ? 0 : 2) + (isAway ? 1 : 0) }
}

extension Desired {
  /// With these services as they were on the machine, in as many replicas as are wanted now.
  func with(services names: [String], of observed: Observed) throws -> Desired {
    var desired = self
    for index in desired.services.indices where names.contains(desired.services[index].name) {
      let before = observed.containers.filter {
        $0.project == project && $0.service == desired.services[index].name && !$0.oneOff && !$0.isAside
      }
      // Of several in one place, the one that served.
      let best = Dictionary(before.map { ($0.number, $0) }) { $0.rank <= $1.rank ? $0 : $1 }
      guard let any = best.values.min(by: { ($0.rank, $0.number) < ($1.rank, $1.number) }) else { continue }
      desired.services[index].containers = desired.services[index].containers.enumerated().map { place, wanted in
        var spec = (best[place + 1] ?? any).spec
        // It may have been on its way out of its name.
        spec.name = wanted.name
        let label = "com.docker.compose.container-number"
        spec.labels[label] = wanted.labels[label]
        return spec
      }
    }
    return desired
  }

  /// What `other` says, with these services as this one says.
  fileprivate func merged(under other: Desired, _ names: [String]) -> Desired {
    var merged = other
    for service in services where names.contains(service.name) {
      if let index = merged.services.firstIndex(where: { $0.name == service.name }) {
        merged.services[index] = service
      }
    }
    return merged
  }
}
