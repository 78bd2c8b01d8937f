import Planning
import Spec
import Testing

@Suite struct OrderTests {
  @Test("a container starts only when what it depends on is as its condition says")
  func conditionsHold() {
    Scenario.forAll(600) { run in
      guard let plan = try run.plan else { return }
      let services = Dictionary(uniqueKeysWithValues: run.desired.services.map { ($0.name, $0) })
      try run.machine.apply(plan, &run.random) { change, observed in
        guard case .start(let started) = change.action, let service = services[change.object.key] else { return }
        for dependency in service.dependencies {
          for spec in services[dependency.service]?.containers ?? [] {
            let container = observed.containers.first { $0.spec.name == spec.name && $0.project == "shop" }
            if container.map({ holds(dependency.condition, of: $0) }) != true {
              throw Broken("\(started.name) starts before \(spec.name) is \(dependency.condition.rawValue)", plan)
            }
          }
        }
      }
    }
  }

  private func holds(_ condition: Dependency.Condition, of container: ObservedContainer) -> Bool {
    switch condition {
    // A one-shot program may have ended by then.
    case .started: container.state == .running || (container.state == .exited && container.exitCode == 0)
    case .healthy: container.isHealthy
    case .completed: container.state == .exited && container.exitCode == 0
    }
  }

  @Test("no replica is stopped before its successor is made, unless something that both need is made anew")
  func successorFirst() {
    Scenario.forAll(300) { run in
      guard let plan = try run.plan else { return }
      let recreatesResources = plan.changes.contains {
        switch $0.action {
        case .removeNetwork, .removeVolume: true
        default: false
        }
      }
      if recreatesResources { return }
      var made: Set<String> = []
      for change in try run.machine.apply(plan, &run.random) {
        if case .createContainer(let creation) = change.action, let old = creation.replaces { made.insert(old.id) }
        if case .stop(let container, _) = change.action {
          let successor = plan.changes.first {
            if case .createContainer(let creation) = $0.action { creation.replaces?.id == container.id } else { false }
          }
          if successor != nil, !made.contains(container.id) { throw Broken("\(container.name) stops too early", plan) }
        }
      }
    }
  }

  @Test("what restarts with a dependency is stopped before it and started after it")
  func restartsAround() throws {
    var web = Project.service("web")
    web.dependencies = [Dependency(service: "db", restart: true)]
    let before = Project.make([web, Project.service("db")])
    var after = before
    after.services[1].containers[0].environment["X"] = "1"
    let plan = try Plan.up(after, Project.running(before))
    #expect(
      plan.changes.map(\.step) == [
        "rename shop-db-1", "create shop-db-1", "stop shop-web-1", "stop shop-db-1", "start shop-db-1",
        "start shop-web-1", "remove shop-db-1",
      ])
    #expect(plan.effects.first { $0.object.name == "shop-web-1" }?.reasons == [.dependency(service: "db")])
  }

  @Test("a container that is replaced runs until what its successor depends on is ready")
  func stopsLate() throws {
    var web = Project.service("web")
    web.dependencies = [Dependency(service: "db", condition: .healthy)]
    var db = Project.service("db")
    db.containers[0].healthcheck = HealthcheckSpec(test: ["CMD", "ok"])
    let before = Project.make([web, db])
    var after = before
    after.services[0].containers[0].user = "1"
    after.services[1].containers[0].user = "1"
    let plan = try Plan.up(after, Project.running(before))
    let steps = plan.changes.map(\.step)
    #expect(steps.firstIndex(of: "wait db")! < steps.firstIndex(of: "stop shop-web-1")!)
    let stop = plan.changes.first { $0.step == "stop shop-web-1" }!
    #expect(stop.after.contains { plan.changes[$0 - 1].step == "wait db" })

    // Cut short before the stop: the rest keeps to it.
    var machine = RandomMachine()
    machine.observed = try Project.running(before)
    for change in plan.changes.prefix(while: { $0.step != "wait db" }) {
      try machine.observed.apply(change, project: "shop", newID: machine.newID())
    }
    let rest = try Plan.up(after, machine.observed)
    let late = rest.changes.first { $0.step.hasPrefix("stop") && $0.object.key == "web" }!
    #expect(late.after.contains { rest.changes[$0 - 1].step == "wait db" })
    let start = rest.changes.first { $0.step == "start shop-web-1" }!
    #expect(start.after.contains(late.id))
  }

  @Test("that a new host port is free is found out before the container is replaced")
  func portsFirst() throws {
    let before = Project.web { $0.ports = [PortSpec(containerPort: 80, hostPorts: 80...80)] }
    let after = Project.web {
      $0.ports = [
        PortSpec(containerPort: 80, hostPorts: 80...80), PortSpec(containerPort: 81, hostPorts: 81...81),
      ]
    }
    let plan = try Plan.up(after, Project.running(before))
    #expect(plan.changes[0].action == .requirePorts([after.services[0].containers[0].ports[1]]))
    #expect(plan.changes[1].step == "rename shop-web-1" && plan.changes[1].after == [1])
  }

  @Test("replicas behind one published port are replaced one by one: none waits for another's end")
  func replicas() throws {
    func desired(_ user: String) -> Desired {
      var web = Project.service("web", replicas: 2)
      for index in 0..<2 {
        web.containers[index].ports = [PortSpec(containerPort: 80, hostPorts: 80...80)]
        web.containers[index].user = user
      }
      return Project.make([web])
    }
    let plan = try Plan.up(desired("1"), Project.running(desired("0")))
    for start in plan.changes where start.step.hasPrefix("start") {
      let stops = start.after.map { plan.changes[$0 - 1] }.filter { $0.step.hasPrefix("stop") }
      #expect(stops.map(\.object) == [start.object])
    }
  }

  @Test("a chain of dependencies may be as long as the project")
  func longChain() throws {
    let services = (0..<3000).map { number -> DesiredService in
      var service = Project.service("s\(number)")
      if number > 0 { service.dependencies = [Dependency(service: "s\(number - 1)")] }
      return service
    }
    let plan = try Plan.up(Project.make(services.reversed()), Observed())
    #expect(plan.changes.last?.step == "start shop-s2999-1")
  }

  @Test("services that depend on each other are refused, with the circle")
  func circle() {
    var a = Project.service("a")
    a.dependencies = [Dependency(service: "b")]
    var b = Project.service("b")
    b.dependencies = [Dependency(service: "a")]
    #expect(
      Project.failure { try Plan.up(Project.make([a, b]), Observed()) }?.message
        == "services depend on each other: a → b → a")
  }
}

extension ObservedContainer {
  /// Some random services have no check of their own; what the image says is not known here.
  fileprivate var isHealthy: Bool { state == .running && health != .starting }
}
