import Planning
import Spec
import Testing

@Suite struct OwnershipTests {
  @Test("what the project does not own is never changed, and orphans only when asked")
  func leavesOthersAlone() {
    Scenario.forAll(600) { run in
      let before = run.machine.observed
      guard let plan = try run.plan else { return }
      try run.machine.apply(plan, &run.random)
      let after = run.machine.observed
      let services = Set(run.desired.services.map(\.name))
      for container in before.containers {
        let isOrphan = container.project == "shop" && !services.contains(container.service)
        let isForeign = container.project != "shop" || container.oneOff
        guard isForeign || (isOrphan && !run.options.removeOrphans) else { continue }
        if !after.containers.contains(container) { throw Broken("\(container.spec.name) was touched", plan) }
      }
      for network in before.networks where network.project != "shop" && !after.networks.contains(network) {
        throw Broken("network \(network.spec.name) was touched", plan)
      }
      for volume in before.volumes where volume.project != "shop" && !after.volumes.contains(volume) {
        throw Broken("volume \(volume.spec.name) was touched", plan)
      }
    }
  }

  @Test("a volume is never removed unless it was asked for that its data goes")
  func keepsData() {
    Scenario.forAll(300) { run in
      run.options.recreateVolumes = false
      guard let plan = try run.plan else { return }
      if plan.changes.contains(where: { if case .removeVolume = $0.action { true } else { false } }) {
        throw Broken("a volume is removed", plan)
      }
    }
  }

  @Test("down removes what the project owns and nothing else")
  func down() {
    Scenario.forAll(300) { run in
      let before = run.machine.observed
      var options = DownOptions()
      options.volumes = true
      options.removeOrphans = true
      let plan = try Plan.down("shop", run.random.one(in: 2) ? nil : run.before, before, options)
      try run.machine.apply(plan, &run.random)
      let after = run.machine.observed
      if after.containers != before.containers.filter({ $0.project != "shop" }) { throw Broken("containers", plan) }
      if after.networks != before.networks.filter({ $0.project != "shop" }) { throw Broken("networks", plan) }
      if after.volumes != before.volumes.filter({ $0.project != "shop" }) { throw Broken("volumes", plan) }
    }
  }

  @Test("a name that another project's container holds is refused before anything is done")
  func nameTaken() throws {
    var machine = RandomMachine()
    machine.observed.containers = [
      ObservedContainer(
        id: String(repeating: "f", count: 64), project: "other", service: "x", number: 1,
        spec: ContainerSpec(name: "shop-web-1", image: "x"), state: .running)
    ]
    #expect(
      Project.failure { try Plan.up(Project.web(), machine.observed) }?.description == """
        services.web: the name shop-web-1 is taken by container ffffffffffff of project other
          hint: remove or rename that container, or give this one another container_name
        """)
  }

  @Test("a host port that another container of the project keeps is refused before anything is done")
  func portTaken() throws {
    var a = Project.service("a")
    a.containers[0].ports = [PortSpec(containerPort: 80, hostPorts: 80...80)]
    var b = Project.service("b")
    b.containers[0].ports = [PortSpec(containerPort: 80, hostPorts: 80...80, hostAddress: "127.0.0.1")]
    #expect(
      Project.failure { try Plan.up(Project.make([a, b]), Observed()) }?.description
        == "services.a: host port 80/tcp is also wanted by container shop-b-1")
  }

  @Test(
    "a host port belongs to an address",
    arguments: [
      ("", "127.0.0.1", true), ("0.0.0.0", "127.0.0.1", true), ("127.0.0.1", "127.0.0.2", false),
      ("0.0.0.0", "::", false), ("::", "::1", true), ("", "::1", true),
    ])
  func addresses(_ one: String, _ other: String, _ conflict: Bool) {
    var a = Project.service("a")
    a.containers[0].ports = [PortSpec(containerPort: 80, hostPorts: 80...80, hostAddress: one)]
    var b = Project.service("b")
    b.containers[0].ports = [PortSpec(containerPort: 80, hostPorts: 80...80, hostAddress: other)]
    #expect((Project.failure { try Plan.up(Project.make([a, b]), Observed()) } != nil) == conflict)
  }

  @Test("external networks and volumes must exist, and all that are missing are told at once")
  func external() throws {
    var desired = Project.web()
    desired.networks[0].external = true
    desired.volumes = [DesiredVolume(key: "data", spec: VolumeSpec(name: "data"), external: true)]
    do {
      _ = try Plan.up(desired, Observed())
      Issue.record("no failure")
    } catch {
      #expect("\(error)".contains("networks.default: external network shop_default does not exist"))
      #expect("\(error)".contains("volumes.data: external volume data does not exist"))
    }
  }
}
