import Planning
import SeededRandom
import Spec
import Testing

@Suite("A roll-out") struct RolloutTests {
  private func policy(_ order: RolloutPolicy.Order, _ edit: (inout RolloutPolicy) -> Void = { _ in }) -> RolloutPolicy {
    var policy = RolloutPolicy()
    policy.order = order
    edit(&policy)
    return policy
  }

  private func desired(
    _ policy: RolloutPolicy, replicas: Int = 1, version: String, _ edit: (inout ContainerSpec) -> Void = { _ in }
  ) -> Desired {
    var web = Project.service("web", replicas: replicas)
    web.update = policy
    for index in web.containers.indices {
      web.containers[index].environment["V"] = version
      edit(&web.containers[index])
    }
    return Project.make([web])
  }

  private func plan(
    _ policy: RolloutPolicy, replicas: Int = 1, _ edit: (inout ContainerSpec) -> Void = { _ in }
  ) throws -> Plan {
    let before = try Project.running(desired(policy, replicas: replicas, version: "1", edit))
    return try Plan.up(desired(policy, replicas: replicas, version: "2", edit), before)
  }

  private func place(_ plan: Plan, _ step: String) throws -> Int {
    try #require(plan.changes.firstIndex { $0.step == step }, "\(plan.changes.map(\.step))")
  }

  @Test("start-first lets the successor take over when it is ready, and stops the old one only then")
  func startFirst() throws {
    let plan = try plan(policy(.startFirst) { $0.monitor = 5_000_000_000 })
    let steps = plan.changes.map(\.step)
    let order = [
      "create shop-web-1", "standby shop-web-1", "wait web", "take over shop-web-1", "drain shop-web-1",
      "stop shop-web-1", "remove shop-web-1",
    ]
    let places = try order.map { try place(plan, $0) }
    #expect(places == places.sorted(), "\(steps)")
    #expect(plan.effects.map(\.kind) == [.recreate])
    #expect(plan.changes.last?.step == "check web")
  }

  @Test("surplus replicas of a start-first service go when the new ones are ready, and never the last that serves")
  func surplus() throws {
    let before = try Project.running(desired(policy(.startFirst), replicas: 3, version: "1"))
    let plan = try Plan.up(desired(policy(.startFirst), replicas: 1, version: "2"), before)
    let steps = plan.changes.map(\.step)
    let check = try place(plan, "check web")
    for name in ["shop-web-2", "shop-web-3"] {
      let stop = try place(plan, "stop \(name)")
      #expect(stop > check, "\(steps)")
      #expect(plan.changes[stop].sparesLast)
      #expect(plan.changes[try place(plan, "remove \(name)")].sparesLast)
    }
    // One that is right itself, and not ready: it is waited for.
    var unready = try Project.running(desired(policy(.startFirst), replicas: 2, version: "1"))
    let first = try #require(unready.containers.firstIndex { $0.spec.name == "shop-web-1" })
    unready.containers[first].health = .starting
    let smaller = try Plan.up(desired(policy(.startFirst), replicas: 1, version: "1"), unready)
    let (wait, stop) = (try place(smaller, "wait web"), try place(smaller, "stop shop-web-2"))
    #expect(wait < stop)
    let stopFirst = try Plan.up(desired(policy(.stopFirst), replicas: 1, version: "2"), before)
    #expect(stopFirst.changes.allSatisfy { !$0.sparesLast })
  }

  @Test("an old container that still serves is taken over from, although its successor was made and never started")
  func leftServing() throws {
    var machine = try Project.running(desired(policy(.startFirst), version: "1"))
    let old = try #require(machine.containers.firstIndex { $0.spec.name == "shop-web-1" })
    var made = machine.containers[old]
    machine.containers[old].spec.name = "\(made.id.prefix(12))_shop-web-1"
    made.id = String(made.id.reversed())
    made.state = .created
    made.health = nil
    machine.containers.append(made)
    let plan = try Plan.up(desired(policy(.startFirst), version: "2"), machine)
    let steps = plan.changes.map(\.step)
    #expect(try place(plan, "take over shop-web-1") < (try place(plan, "drain shop-web-1")), "\(steps)")
    let stops = plan.changes.filter {
      if case .stop(let container, _) = $0.action { container.id == machine.containers[old].id } else { false }
    }
    #expect(stops.count == 1 && stops.allSatisfy { $0.sparesLast })
    #expect(stops.allSatisfy { stop in plan.changes[..<(stop.id - 1)].contains { $0.step == "take over shop-web-1" } })
  }

  @Test("a fixed name and a fixed host port are no obstacle to start-first; a fixed address is, and is named")
  func obstacles() throws {
    let free = try plan(policy(.startFirst)) { spec in
      spec.name = "the-web"
      spec.ports = [PortSpec(containerPort: 80, hostPorts: 8080...8080)]
    }
    #expect(free.warnings.isEmpty)
    #expect(free.changes.contains { $0.step == "take over the-web" })
    let fixed = try plan(policy(.startFirst)) { $0.networks[0].ipv4Address = "10.0.0.9" }
    #expect(
      fixed.warnings == ["service web cannot be replaced start-first: it has a fixed address; it is stopped first"])
    #expect(!fixed.changes.contains { $0.step.hasPrefix("take over") })
  }

  @Test("replicas are replaced in groups, each after the one before it was checked and the delay is over")
  func groups() throws {
    let plan = try plan(policy(.stopFirst) { ($0.parallelism, $0.delay) = (2, 1_000_000_000) }, replicas: 5)
    let checks = plan.changes.filter { $0.step == "check web" }
    #expect(checks.count == 3)
    #expect(plan.changes.filter { $0.step == "delay web" }.count == 2)
    for (number, group) in [(3, 0), (4, 0), (5, 1)] {
      let create = plan.changes[try place(plan, "create shop-web-\(number)")]
      #expect(waits(create, for: checks[group].id, in: plan), "\(number)")
    }
    #expect(!waits(plan.changes[try place(plan, "create shop-web-2")], for: checks[0].id, in: plan))
  }

  private func waits(_ change: Change, for id: Int, in plan: Plan) -> Bool {
    change.after.contains { $0 == id || waits(plan.changes[$0 - 1], for: id, in: plan) }
  }

  @Test("max_failure_ratio says how many replicas may fail, and continue lets all")
  func allowance() {
    func allowance(_ ratio: Double, _ action: RolloutPolicy.FailureAction) -> Int {
      RolloutCheck(
        service: "web", replicas: [], total: 5,
        policy: policy(.stopFirst) { ($0.maxFailureRatio, $0.failureAction) = (ratio, action) }
      ).allowance
    }
    #expect(allowance(0, .pause) == 0)
    #expect(allowance(0.5, .rollback) == 2)
    #expect(allowance(0, .continue) == 5)
  }

  @Test("without update_config everything is replaced at once")
  func noPolicy() throws {
    var before = desired(policy(.stopFirst), replicas: 3, version: "1")
    var after = desired(policy(.stopFirst), replicas: 3, version: "2")
    before.services[0].update = nil
    after.services[0].update = nil
    let plan = try Plan.up(after, Project.running(before))
    #expect(plan.rollouts.isEmpty)
    #expect(!plan.changes.contains { if case .wait = $0.action { true } else { false } })
  }

  @Test("a way back without rollback_config is start-first where the way there was, and all at once")
  func wayBack() throws {
    let policy = policy(.startFirst) { $0.failureAction = .rollback }
    let before = try Project.running(desired(policy, replicas: 3, version: "1"))
    var options = UpOptions()
    options.isRollback = true
    let plan = try Plan.up(desired(policy, replicas: 3, version: "2"), before, options)
    #expect(plan.rollouts.map(\.policy.failureAction) == [.pause])
    #expect(plan.changes.filter { $0.step.hasPrefix("take over") }.count == 3)
    #expect(plan.changes.filter { $0.step == "check web" }.count == 1)
  }

  @Test("one that was cut short after the successor took over is finished, not begun anew")
  func cutShort() throws {
    let policy = policy(.startFirst)
    let wanted = desired(policy, version: "2")
    var observed = try Project.running(desired(policy, version: "1"))
    var random = Seeded(1)
    var machine = RandomMachine()
    machine.observed = observed
    let plan = try Plan.up(wanted, observed)
    for limit in 1...plan.changes.count {
      machine.observed = observed
      let done = try machine.apply(plan, limit: limit, &random)
      let rest = try Plan.up(wanted, machine.observed)
      let took = done.contains { if case .takeOver = $0.action { true } else { false } }
      #expect(rest.changes.contains { $0.step == "create shop-web-1" } == !took, "\(done.map(\.step))")
      try machine.apply(rest, &random)
      #expect(try Plan.up(wanted, machine.observed).isEmpty)
      #expect(machine.observed.containers.map(\.spec.name) == ["shop-web-1"])
    }
    observed = machine.observed
  }
}
