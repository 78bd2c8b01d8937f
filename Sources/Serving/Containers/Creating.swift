import Diagnostics
import Engine
import EngineAPI
import Glibc
import Images
import Linux
import OCI
import Presentation
import Spec

extension API {
  func createContainer(_ x: Exchange, _ r: Exchange.Route) throws {
    let body = try x.decode(CreateRequest.self)
    try body.check(processors: sysconf(Int32(_SC_NPROCESSORS_CONF)))
    var spec = try body.spec(name: r.query["name"] ?? "")
    try checkCapabilities(spec)
    try checkMounts(spec)
    for mount in body.host?.mounts ?? [] where mount.type == "bind" && mount.bind?.createMountpoint != true {
      guard let source = mount.source, !FileStatus.exists(source) else { continue }
      throw APIError.badRequest(
        "invalid mount config for type \"bind\": bind source path does not exist: \(source)")
    }
    spec.platform = r.query["platform"]
    if spec.name.isEmpty { spec.name = ContainerNaming.random() }
    spec.name = String(spec.name.drop { $0 == "/" })
    guard LogDrivers.known.contains(spec.logging.driver) else {
      throw APIError.badRequest("logger: no log driver named '\(spec.logging.driver)' is registered")
    }
    try resolveNetworks(&spec)
    try describeLinks(&spec)
    try publishExposed(&spec, body)
    if let driver = spec.volumeDriver, driver != "local", spec.mounts.contains(where: { $0.kind == .volume }) {
      throw APIError.notFound("error looking up volume plugin \(driver): plugin \"\(driver)\" not found")
    }
    try makeVolumes(body)
    do {
      let (id, warnings) = try engine.create(spec)
      x.respond(201, .object(["Id": .string(id), "Warnings": texts(warnings)]))
    } catch let failure as Failure where failure.code == .conflict && failure.description.contains("name") {
      throw APIError.conflict(
        "Conflict. The container name \"/\(spec.name)\" is already in use. You have to remove (or rename) that container to be able to reuse that name."
      )
    } catch let failure as Failure where failure.code == .notFound && failure.message.hasPrefix("image ") {
      throw APIError.notFound("No such image: \((try? Reference(spec.image).tagged.familiar) ?? spec.image)")
    }
  }

  private func checkCapabilities(_ spec: ContainerSpec) throws(APIError) {
    for (field, names) in [("CapAdd", spec.capabilitiesAdded), ("CapDrop", spec.capabilitiesDropped)] {
      for name in names where name.uppercased() != "ALL" && Capability(named: name) == nil {
        throw .badRequest("invalid \(field): unknown capability: \"\(name)\"")
      }
    }
  }

  private func checkMounts(_ spec: ContainerSpec) throws(APIError) {
    var seen: Set<String> = []
    for mount in spec.mounts where !seen.insert(mount.target).inserted {
      throw .badRequest("Duplicate mount point: \(mount.target)")
    }
  }

  /// Ids become names. Networks that do not exist are an error when the container is started, as with Docker.
  private func resolveNetworks(_ spec: inout ContainerSpec) throws {
    for place in spec.networks.indices where spec.networks[place].network != Engine.defaultNetwork {
      if let known = try? engine.network(spec.networks[place].network) { spec.networks[place].network = known.name }
    }
    var seen: Set<String> = []
    spec.networks = spec.networks.filter { seen.insert($0.network).inserted }
  }

  /// What a container on the old bridge is told of those that it is linked to, in its environment.
  private func describeLinks(_ spec: inout ContainerSpec) throws {
    guard spec.networks.contains(where: { $0.network == Engine.defaultNetwork }) else { return }
    for link in spec.links {
      let parts = link.split(separator: ":", maxSplits: 1).map(String.init)
      let other = try engine.container(parts[0])
      let prefix = parts.last!.uppercased().map { $0 == "-" || $0 == "." ? "_" : String($0) }.joined()
      var described = ["\(prefix)_NAME": "/\(spec.name)/\(parts.last!)"]
      for (name, value) in other.record.spec.environment { described["\(prefix)_ENV_\(name)"] = value }
      spec.environment.merge(described) { own, _ in own }
    }
  }

  /// `-P`: every port that the image or the request exposes gets one of the host's.
  private func publishExposed(_ spec: inout ContainerSpec, _ body: CreateRequest) throws {
    guard body.host?.publishAllPorts ?? false else { return }
    let image = try? engine.images.resolve(spec.image)
    let exposed = (image?.execution.exposedPorts ?? []).union(spec.expose).sorted()
    let published = Set(spec.ports.map { "\($0.containerPort)/\($0.transport.rawValue)" })
    for port in exposed {
      let parts = port.split(separator: "/").map(String.init)
      let transport = PortSpec.Transport(rawValue: parts.count > 1 ? parts[1] : "tcp") ?? .tcp
      guard let number = UInt16(parts[0]), !published.contains("\(number)/\(transport.rawValue)") else { continue }
      spec.ports.append(PortSpec(containerPort: number, transport: transport))
    }
  }

  /// Volumes that are asked for with a driver's options.
  private func makeVolumes(_ body: CreateRequest) throws {
    for mount in body.host?.mounts ?? [] where mount.type == "volume" {
      guard let name = mount.source, !name.isEmpty, (try? engine.volume(name)) == nil,
        mount.volume?.driver?.options?.isEmpty == false || mount.volume?.labels?.isEmpty == false
      else { continue }
      var spec = VolumeSpec(name: name)
      spec.driver = mount.volume?.driver?.name.flatMap { $0.isEmpty ? nil : $0 } ?? "local"
      spec.driverOptions = mount.volume?.driver?.options ?? [:]
      spec.labels = mount.volume?.labels ?? [:]
      _ = try engine.createVolume(spec)
    }
  }
}

/// Log drivers that there are.
enum LogDrivers {
  static let known: Set<String> = ["json-file", "local", "none", "journald", "syslog"]
}

/// Names for containers that get none: two words, as people are used to from Docker.
enum ContainerNaming {
  private static let manners = [
    "able", "brave", "bright", "calm", "clever", "eager", "fair", "gentle", "glad", "keen", "kind", "lively", "loyal",
    "lucky", "merry", "mighty", "nimble", "patient", "proud", "quick", "quiet", "ready", "sharp", "steady", "sturdy",
    "swift", "tidy", "trusty", "warm", "wise",
  ]
  private static let ships = [
    "barge", "barque", "brig", "canoe", "caravel", "clipper", "coble", "coracle", "cutter", "dhow", "dinghy", "dory",
    "ferry", "galley", "gig", "jolly", "junk", "kayak", "ketch", "launch", "lugger", "packet", "pinnace", "punt",
    "schooner", "skiff", "sloop", "smack", "tender", "yawl",
  ]

  static func random() -> String {
    let number = String(UInt16.random(in: .min ... .max), radix: 36)
    return "\(manners.randomElement()!)_\(ships.randomElement()!)_\(number)"
  }
}
