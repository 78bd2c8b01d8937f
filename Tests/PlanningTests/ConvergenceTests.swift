import Planning
import Spec
import Testing

@Suite struct ConvergenceTests {
  @Test("applying a plan, in any order that it allows, makes the next plan empty")
  func converges() {
    Scenario.forAll(1500) { run in
      guard let plan = try run.plan else { return }
      try run.machine.apply(plan, &run.random)
      let next = try Plan.up(run.desired, run.machine.observed, run.options)
      if !next.isEmpty { throw Broken("not converged:\n\(PlanText().render(plan))\nthen:", next) }
    }
  }

  @Test("the same values give the same plan")
  func isPure() {
    Scenario.forAll(200) { run in
      guard let plan = try run.plan else { return }
      run.machine.observed.containers.shuffle(using: &run.random)
      if try run.plan != plan { throw Broken("two plans of the same values differ", plan) }
    }
  }

  @Test("a plan that was cut short anywhere, planned again, reaches the same state")
  func resumes() {
    Scenario.forAll(1500) { run in
      guard let plan = try run.plan, !plan.changes.isEmpty else { return }
      var whole = run
      try whole.machine.apply(plan, &whole.random)
      try run.machine.apply(plan, limit: run.random.below(plan.changes.count), &run.random)
      // What is removed with the first half is not missed by the second.
      let rest = try Plan.up(run.desired, run.machine.observed, run.options)
      try run.machine.apply(rest, &run.random)
      let next = try Plan.up(run.desired, run.machine.observed, run.options)
      if !next.isEmpty { throw Broken("not converged after an interruption:", next) }
      let (straight, resumed) = (Outcome(whole.machine), Outcome(run.machine))
      if straight != resumed {
        throw Broken("an interruption leads elsewhere:\n\(straight)\n\(resumed)\nplan:", plan)
      }
    }
  }
}

/// What counts of a machine's state: not ids, nor whether a one-shot program has ended yet.
private struct Outcome: Equatable, CustomStringConvertible {
  var containers: [String: ContainerSpec]
  var networks: [String: NetworkSpec]
  var volumes: [String: VolumeSpec]

  init(_ machine: RandomMachine) {
    containers = Dictionary(
      machine.observed.containers.map { container in
        var spec = container.spec
        spec.networks.sort { $0.network < $1.network }
        return (container.spec.name, spec)
      }, uniquingKeysWith: { $1 })
    networks = Dictionary(machine.observed.networks.map { ($0.spec.name, $0.spec) }, uniquingKeysWith: { $1 })
    volumes = Dictionary(machine.observed.volumes.map { ($0.spec.name, $0.spec) }, uniquingKeysWith: { $1 })
  }

  var description: String {
    "\(containers.keys.sorted()) \(networks.keys.sorted()) \(volumes.keys.sorted())"
  }
}
