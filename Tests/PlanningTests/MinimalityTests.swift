import Planning
import Spec
import Testing

@Suite struct MinimalityTests {
  @Test("a container that is right is not touched, unless it depends on one that is not")
  func leavesRightOnesAlone() {
    Scenario.forAll(600) { run in
      guard let plan = try run.plan else { return }
      let touched = Set(plan.changes.filter { $0.action.alters }.map(\.object.name))
      let renewedNetworks = Set(
        plan.changes.filter { if case .createNetwork = $0.action { true } else { false } }.map(\.object.name))
      let renewedVolumes = Set(
        plan.changes.filter { if case .removeVolume = $0.action { true } else { false } }.map(\.object.name))
      for service in run.desired.services where !service.dependencies.contains(where: \.restart) {
        for spec in service.containers {
          let there = run.machine.observed.containers.filter {
            $0.spec == spec && $0.service == service.name && $0.state == .running
              && Set($0.attachedNetworks) == Set(spec.networks.map(\.network))
          }
          let isRight =
            there.count == 1 && !spec.networks.contains { renewedNetworks.contains($0.network) }
            && !spec.mounts.contains { renewedVolumes.contains($0.source) }
          if isRight, touched.contains(spec.name) { throw Broken("\(spec.name) was right", plan) }
        }
      }
    }
  }

  @Test("a program that ended with success and has no restart policy is left alone, until it is asked to run again")
  func completed() throws {
    let desired = Project.web()
    var observed = try Project.running(desired)
    observed.containers[0].state = .exited
    observed.containers[0].exitCode = 0
    #expect(try Plan.up(desired, observed).isEmpty)
    var options = UpOptions()
    options.rerunCompleted = true
    #expect(try Plan.up(desired, observed, options).effects.map(\.kind) == [.start])
    observed.containers[0].stoppedByUser = true
    #expect(try Plan.up(desired, observed).effects.first?.reasons == [.stopped])
  }

  @Test("a program that ended although it should run is started, with the reason")
  func exited() throws {
    let desired = Project.web { $0.restart = RestartPolicy(.always) }
    var observed = try Project.running(desired)
    observed.containers[0].state = .exited
    observed.containers[0].exitCode = 137
    observed.containers[0].oomKilled = true
    #expect(
      try Plan.up(desired, observed).effects.first?.reasons.map(\.description)
        == ["container exited (137, out of memory) and restart is always"])
  }

  @Test("a program that ended and whose labels changed, too, has both reasons")
  func exitedAndChanged() throws {
    var observed = try Project.running(Project.web { $0.restart = RestartPolicy(.always) })
    observed.containers[0].state = .exited
    observed.containers[0].exitCode = 1
    let plan = try Plan.up(
      Project.web {
        $0.restart = RestartPolicy(.always)
        $0.labels["a"] = "b"
      }, observed)
    #expect(plan.changes.map(\.step) == ["update shop-web-1", "start shop-web-1"])
    #expect(plan.effects[0].reasons.count == 2)
  }

  @Test("a program that was told to end and has not yet ended is waited for and started again")
  func stopping() throws {
    let desired = Project.web()
    var observed = try Project.running(desired)
    observed.containers[0].stoppedByUser = true
    let plan = try Plan.up(desired, observed)
    #expect(plan.changes.map(\.step) == ["stop shop-web-1", "start shop-web-1"])
    #expect(plan.effects[0].reasons == [.stopping])
  }

  @Test("nothing is made anew with --no-recreate, and everything chosen with --force-recreate")
  func recreation() throws {
    var web = Project.service("web")
    web.dependencies = [Dependency(service: "db")]
    let before = Project.make([web, Project.service("db")])
    var after = before
    after.services[0].containers[0].user = "1"
    let machine = try Project.running(before)
    var options = UpOptions()
    options.noRecreate = true
    #expect(try Plan.up(after, machine, options).isEmpty)
    options = UpOptions()
    options.forceRecreate = true
    options.services = ["web"]
    #expect(try Plan.up(before, machine, options).effects.map(\.object.name) == ["shop-web-1"])
    options.alwaysRecreateDependencies = true
    #expect(Set(try Plan.up(before, machine, options).effects.map(\.object.name)) == ["shop-web-1", "shop-db-1"])
  }

  @Test("scaling touches only the replicas that come or go")
  func scale() throws {
    let machine = try Project.running(Project.make([Project.service("web", replicas: 2)]))
    var options = UpOptions()
    options.scale = ["web": 3]
    let desired = Project.make([Project.service("web", replicas: 2)])
    let up = try Plan.up(desired, machine, options).effects
    #expect(up.map { "\($0.kind) \($0.object.name)" } == ["create shop-web-3"])
    options.scale = ["web": 1]
    let down = try Plan.up(desired, machine, options).effects
    #expect(
      down.map { "\($0.kind) \($0.object.name): \($0.reasons[0])" }
        == ["remove shop-web-2: surplus replica: 1 is wanted"])
  }

  @Test("only the services that were named and what they need are looked at")
  func targets() throws {
    var web = Project.service("web")
    web.dependencies = [Dependency(service: "db")]
    let desired = Project.make([web, Project.service("db"), Project.service("other")])
    var options = UpOptions()
    options.services = ["web"]
    #expect(
      try Plan.up(desired, Observed(), options).effects.map(\.object.name)
        == ["shop_default", "shop-db-1", "shop-web-1"])
    options.noDependencies = true
    #expect(try Plan.up(desired, Observed(), options).effects.map(\.object.name) == ["shop_default", "shop-web-1"])
    options.services = ["wbe"]
    #expect(
      Project.failure { try Plan.up(desired, Observed(), options) }?.description
        == "service wbe: no such service\n  hint: the project has: web, db, other")
  }

  @Test("an attachment to another network is changed in place, that of the only network or of published ports is not")
  func attachments() throws {
    var desired = Project.web()
    desired.networks.append(DesiredNetwork(key: "back", spec: NetworkSpec(name: "shop_back")))
    let machine = try Project.running(desired)
    var more = desired
    more.services[0].containers[0].networks.append(NetworkAttachment(network: "shop_back"))
    #expect(try Plan.up(more, machine).changes.map(\.step) == ["connect shop-web-1"])
    var other = desired
    other.services[0].containers[0].networks = [NetworkAttachment(network: "shop_back")]
    #expect(try Plan.up(other, machine).changes.map(\.step) == ["connect shop-web-1", "disconnect shop-web-1"])
    var alias = desired
    alias.services[0].containers[0].networks[0].aliases = ["www"]
    #expect(try Plan.up(alias, machine).effects.map(\.kind) == [.recreate])
  }
}
