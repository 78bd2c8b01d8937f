import Planning
import SeededRandom
import Spec

/// Versions of one small project: `web` is rolled out start-first and stands on `db`.
enum SimulatedProject {
  /// Nanoseconds of a tick of the simulated clock.
  static let tick: Int64 = 100_000_000

  static func make(version: Int, _ random: inout Seeded) -> Desired {
    var web = service("web", replicas: random.one(in: 4) ? 3 : 1 + random.below(2), version: random.below(4))
    var policy = RolloutPolicy()
    policy.order = .startFirst
    policy.parallelism = random.below(3)
    // Of ticks.
    policy.monitor = Int64(random.below(2) * 5)
    policy.delay = Int64(random.below(2) * 3)
    policy.failureAction = [.pause, .rollback, .continue].randomElement(using: &random)!
    web.update = policy
    web.onUnhealthy = .restart
    if random.one(in: 3) {
      // One name, one port: no obstacle.
      web.containers = [web.containers[0]]
      web.containers[0].name = "the-web"
      web.hasFixedName = true
    }
    let restart = RestartPolicy(random.one(in: 2) ? .always : .no)
    for index in web.containers.indices {
      web.containers[index].restart = restart
      web.containers[index].ports = [PortSpec(containerPort: 80, hostPorts: 8080...8080)]
      if version > 0, random.one(in: 5) { web.containers[index].environment["BAD"] = "1" }
    }
    var db = service("db", replicas: 1, version: random.below(2))
    db.onUnhealthy = .restart
    web.dependencies = [Dependency(service: "db", condition: random.one(in: 2) ? .started : .healthy)]
    var services = [web, db]
    if random.one(in: 3) {
      var worker = service("worker", replicas: 1, version: random.below(2))
      worker.containers[0].healthcheck = nil
      worker.update = RolloutPolicy()
      worker.dependencies = [Dependency(service: "web", condition: .started, restart: random.one(in: 2))]
      services.append(worker)
    }
    return Desired(
      project: SimulatedMachine.project, services: services,
      networks: [DesiredNetwork(key: "default", spec: NetworkSpec(name: "shop_default"))],
      volumes: [DesiredVolume(key: "data", spec: VolumeSpec(name: "shop_data"))])
  }

  private static func service(_ name: String, replicas: Int, version: Int) -> DesiredService {
    var service = DesiredService(name: name, containers: [])
    for number in 1...replicas {
      var spec = ContainerSpec(name: "shop-\(name)-\(number)", image: "app")
      spec.imageID = "sha256:\(version)"
      spec.environment = ["V": "\(version)"]
      spec.healthcheck = HealthcheckSpec(test: ["CMD", "ok"])
      spec.networks = [NetworkAttachment(network: "shop_default")]
      if name == "db" { spec.mounts = [MountSpec(.volume, source: "shop_data", target: "/data")] }
      service.containers.append(spec)
    }
    return service
  }

  /// The same with programs that get healthy, and with what others are no orphans.
  static func good(_ desired: Desired) -> Desired {
    var good = desired
    for service in good.services.indices {
      for index in good.services[service].containers.indices {
        good.services[service].containers[index].environment["BAD"] = nil
      }
    }
    if !good.services.contains(where: { $0.name == "worker" }) {
      var worker = service("worker", replicas: 1, version: 0)
      worker.containers[0].healthcheck = nil
      good.services.append(worker)
    }
    return good
  }

  static func startFirst(_ desired: Desired) -> Set<String> {
    Set(desired.services.filter { $0.update?.order == .startFirst }.map(\.name))
  }
}
