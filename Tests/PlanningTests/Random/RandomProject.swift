import Planning
import SeededRandom
import Spec

/// Projects of a few services with everything that planning looks at. Two projects of one generator share names, so one
/// is an edited version of the other.
enum RandomProject {
  static let serviceNames = ["a", "b", "c", "d", "e", "f"]
  static let networkKeys = ["front", "back", "side"]
  static let volumeKeys = ["data", "cache"]

  static func make(_ random: inout Seeded, project: String = "shop") -> Desired {
    var desired = Desired(project: project)
    for key in networkKeys where !random.one(in: 6) {
      var spec = NetworkSpec(name: "\(project)_\(key)")
      if random.one(in: 4) { spec.isInternal = true }
      if random.one(in: 6) { spec.labels["tier"] = key }
      desired.networks.append(DesiredNetwork(key: key, spec: spec))
    }
    for key in volumeKeys {
      var spec = VolumeSpec(name: "\(project)_\(key)")
      if random.one(in: 5) { spec.driverOptions["type"] = "tmpfs" }
      desired.volumes.append(DesiredVolume(key: key, spec: spec))
    }
    if random.one(in: 5) {
      desired.networks.append(DesiredNetwork(key: "outer", spec: NetworkSpec(name: "outer"), external: true))
    }
    // Each service keeps its own rank, so that dependencies never form a circle between versions either.
    for (rank, name) in serviceNames.enumerated() where !random.one(in: 5) {
      desired.services.append(service(name, rank, earlier: desired.services, desired, &random))
    }
    desired.services.shuffle(using: &random)
    return desired
  }

  private static func service(
    _ name: String, _ rank: Int, earlier: [DesiredService], _ desired: Desired, _ random: inout Seeded
  ) -> DesiredService {
    var service = DesiredService(name: name, containers: [])
    for other in earlier where random.one(in: 3) {
      let isOneShot = other.containers.allSatisfy { $0.restart.condition == .no }
      let conditions: [Dependency.Condition] = isOneShot ? [.started, .completed] : [.started, .healthy]
      // A one-shot program that others want to be healthy has to run, and one that has to end cannot.
      service.dependencies.append(
        Dependency(
          service: other.name, condition: conditions.randomElement(using: &random)!, restart: random.one(in: 3),
          required: !random.one(in: 8)))
    }
    var spec = ContainerSpec(name: "\(desired.project)-\(name)-1", image: "app:\(random.below(2))")
    spec.imageID = "sha256:\(spec.image.last!)"
    if random.one(in: 2) { spec.environment["LEVEL"] = ["info", "debug"].randomElement(using: &random) }
    if random.one(in: 3) { spec.labels["v"] = String(random.below(3)) }
    if random.one(in: 3) { spec.resources.memory = Int64(random.below(3) + 1) << 26 }
    if random.one(in: 4) { spec.stopSignal = "SIGINT" }
    if random.one(in: 5) { spec.expose = ["80/tcp"] }
    if random.one(in: 2) { spec.restart = RestartPolicy(.always) }
    if spec.restart.condition == .always, random.one(in: 2) { spec.healthcheck = HealthcheckSpec(test: ["CMD", "ok"]) }
    if random.one(in: 4) {
      let bytes = "sha256:\(random.below(2))"
      spec.files = [FileSpec(.config, name: "conf", target: "/conf", contentDigest: bytes)]
    }
    for key in volumeKeys where random.one(in: 4) {
      spec.mounts.append(MountSpec(.volume, source: "\(desired.project)_\(key)", target: "/\(key)"))
    }
    var replicas = random.one(in: 3) ? random.below(4) : 1
    if random.one(in: 6), let target = earlier.randomElement(using: &random), let joined = target.containers.first,
      joined.restart.condition == .always
    {
      spec.networkMode = .container(joined.name)
      service.dependencies.removeAll { $0.service == target.name }
      service.dependencies.append(Dependency(service: target.name, restart: true))
    } else {
      for network in desired.networks where random.one(in: 2) {
        var attachment = NetworkAttachment(network: network.spec.name)
        attachment.aliases = random.one(in: 4) ? [name, "alias"] : [name]
        if random.one(in: 6) {
          replicas = min(replicas, 1)
          attachment.ipv4Address = "10.0.0.\(10 + (rank + random.below(2)) % 6)"
        }
        spec.networks.append(attachment)
      }
      // Numbers move between services from version to version.
      if random.one(in: 3) {
        let used = Set(earlier.flatMap(\.containers).flatMap(\.ports).compactMap { $0.hostPorts?.lowerBound })
        let port = UInt16(8000 + random.below(6))
        if !used.contains(port) { spec.ports = [PortSpec(containerPort: 80, hostPorts: port...port)] }
      }
    }
    let taken = Set(earlier.flatMap(\.containers).flatMap(\.networks).compactMap(\.ipv4Address))
    for index in spec.networks.indices where taken.contains(spec.networks[index].ipv4Address ?? "") {
      spec.networks[index].ipv4Address = nil
    }
    if random.one(in: 6) {
      let fixed = ["fixed-x", "fixed-y"].randomElement(using: &random)!
      if !earlier.contains(where: { $0.containers.contains { $0.name == fixed } }) {
        spec.name = fixed
        service.hasFixedName = true
        replicas = min(replicas, 1)
      }
    }
    if random.one(in: 2) {
      var policy = RolloutPolicy()
      policy.order = random.one(in: 3) ? .stopFirst : .startFirst
      policy.parallelism = random.below(3)
      if random.one(in: 2) { policy.monitor = 1_000_000 }
      if random.one(in: 3) { policy.delay = 1_000_000 }
      service.update = policy
    }
    for number in 0..<replicas {
      var copy = spec
      if number > 0 { copy.name = "\(desired.project)-\(name)-\(number + 1)" }
      service.containers.append(copy)
    }
    return service
  }
}
