import Diagnostics
import Planning
import Spec
import Testing

@Suite struct LifecycleTests {
  private var desired: Desired {
    var web = Project.service("web")
    web.dependencies = [Dependency(service: "db", condition: .healthy, restart: true)]
    var db = Project.service("db")
    db.containers[0].healthcheck = HealthcheckSpec(test: ["CMD", "ok"])
    return Project.make([web, db])
  }

  @Test("stop goes from dependents to dependencies, start the other way, waiting for health")
  func order() throws {
    var machine = try Project.running(desired)
    let stop = try Plan.lifecycle(.stop, "shop", desired, machine)
    #expect(stop.changes.map(\.step) == ["stop shop-web-1", "stop shop-db-1"])
    for change in stop.changes { try machine.apply(change, project: "shop", newID: "") }
    #expect(try Plan.lifecycle(.stop, "shop", desired, machine).isEmpty)
    let start = try Plan.lifecycle(.start, "shop", desired, machine, Selection(services: ["web"]))
    #expect(start.changes.map(\.step) == ["start shop-db-1", "wait db", "start shop-web-1"])
  }

  @Test("restart takes along what restarts with a service, unless told not to")
  func restart() throws {
    let machine = try Project.running(desired)
    var selection = Selection(services: ["db"])
    #expect(
      try Plan.lifecycle(.restart, "shop", desired, machine, selection).changes.map(\.step) == [
        "stop shop-web-1", "stop shop-db-1", "start shop-db-1", "wait db", "start shop-web-1",
      ])
    selection.noDependencies = true
    #expect(
      try Plan.lifecycle(.restart, "shop", desired, machine, selection).changes.map(\.step)
        == ["stop shop-db-1", "start shop-db-1"])
  }

  @Test("rm leaves what runs alone unless it is to be stopped")
  func remove() throws {
    let machine = try Project.running(desired)
    #expect(try Plan.lifecycle(.remove, "shop", desired, machine).isEmpty)
    var selection = Selection()
    selection.stop = true
    #expect(
      try Plan.lifecycle(.remove, "shop", desired, machine, selection).changes.map(\.step)
        == ["stop shop-web-1", "remove shop-web-1", "stop shop-db-1", "remove shop-db-1"])
  }

  @Test("starting a service that has no container is a failure")
  func nothingToStart() throws {
    #expect(
      Project.failure { try Plan.lifecycle(.start, "shop", desired, Observed(), Selection(services: ["web"])) }?.message
        == "service has no container to start")
  }

  @Test("down keeps volumes, and containers of unknown services, unless they are asked for")
  func down() throws {
    var desired = desired
    desired.volumes = [DesiredVolume(key: "data", spec: VolumeSpec(name: "shop_data"))]
    var machine = try Project.running(desired)
    machine.containers.append(
      ObservedContainer(
        id: "1", project: "shop", service: "gone", number: 1, spec: ContainerSpec(name: "shop-gone-1", image: "x"),
        state: .running))
    let plan = try Plan.down("shop", desired, machine)
    #expect(plan.effects.map(\.object.name) == ["shop-web-1", "shop-db-1", "shop_default"])
    #expect(plan.warnings.count == 1)
    var options = DownOptions()
    options.volumes = true
    options.removeOrphans = true
    options.images = .all
    #expect(
      Set(try Plan.down("shop", desired, machine, options).effects.map(\.object.name))
        == ["shop-web-1", "shop-db-1", "shop-gone-1", "shop_default", "shop_data", "app", "x"])
  }
}
