import Diagnostics
import Linux
import Planning
import Spec
import Synchronization

@testable import Reconciling

/// A machine in memory that can be told to fail, and that writes down what it was asked.
final class TestPlatform: Platform {
  struct Script {
    /// What fails, by the call as it is written down: `create shop-web-1`.
    var failures: [String: Failure] = [:]
    /// Instead of what would happen at once, by the container's name.
    var statuses: [String: ContainerStatus] = [:]
    var log: [String] = []
    /// Whether a call fails, asked for each.
    var isBroken: @Sendable (String) -> Bool = { _ in false }
    /// Called with each call, before it is done.
    var onCall: @Sendable (String) -> Void = { _ in }
  }

  let machine: PredictedPlatform
  let script = Mutex(Script())
  let calls = Mutex<[String]>([])
  private let working = Mutex((now: 0, most: 0))

  init(_ observed: Observed = Observed()) { machine = PredictedPlatform(observed) }

  var mostAtOnce: Int { working.withLock { $0.most } }

  func fail(_ call: String, _ code: Failure.Code = .system) {
    script.withLock { $0.failures[call] = Failure(code, "broken on purpose") }
  }

  private func note<T>(_ call: String, _ body: () throws -> T) throws -> T {
    let (failure, onCall, isBroken) = script.withLock { ($0.failures[call], $0.onCall, $0.isBroken) }
    calls.withLock { $0.append(call) }
    working.withLock {
      $0.now += 1
      $0.most = max($0.most, $0.now)
    }
    defer { working.withLock { $0.now -= 1 } }
    onCall(call)
    if let failure { throw failure }
    if isBroken(call) { throw Failure(.system, "broken on purpose") }
    return try body()
  }

  private func name(_ id: String) -> String {
    machine.observed.containers.first { $0.id == id }?.spec.name ?? id
  }

  func observe(project: String, desired: Desired?) throws -> Observed { machine.observed }
  func createNetwork(_ spec: NetworkSpec, key: String, project: String) throws {
    try note("create network \(spec.name)") { try machine.createNetwork(spec, key: key, project: project) }
  }
  func removeNetwork(id: String) throws { try note("remove network \(id)") { try machine.removeNetwork(id: id) } }
  func createVolume(_ spec: VolumeSpec, key: String, project: String) throws {
    try note("create volume \(spec.name)") { try machine.createVolume(spec, key: key, project: project) }
  }
  func removeVolume(_ name: String) throws { try note("remove volume \(name)") { try machine.removeVolume(name) } }
  func createContainer(_ creation: ContainerCreation, project: String) throws -> CreatedContainer {
    try note("create \(creation.spec.name)") { try machine.createContainer(creation, project: project) }
  }
  func renameContainer(_ id: String, to name: String) throws {
    try note("rename \(self.name(id)) \(name)") { try machine.renameContainer(id, to: name) }
  }
  func updateContainer(_ id: String, to spec: ContainerSpec, fields: [String]) throws {
    try note("update \(name(id)) \(fields)") { try machine.updateContainer(id, to: spec, fields: fields) }
  }
  func connect(_ id: String, _ attachment: NetworkAttachment) throws {
    try note("connect \(name(id)) \(attachment.network)") { try machine.connect(id, attachment) }
  }
  func disconnect(_ id: String, from network: String) throws {
    try note("disconnect \(name(id)) \(network)") { try machine.disconnect(id, from: network) }
  }
  func start(_ ids: [String]) -> [String: Failure] {
    var failures: [String: Failure] = [:]
    let isBroken = script.withLock { $0.isBroken }
    let ids = ids.filter { id in
      if isBroken("start \(name(id))") { failures[id] = Failure(.system, "broken on purpose") }
      return failures[id] == nil
    }
    let names = ids.map(name)
    _ = try? note("start \(names.sorted().joined(separator: " "))") {
      failures.merge(machine.start(ids)) { $1 }
      for (id, name) in zip(ids, names) {
        if let failure = script.withLock({ $0.failures["start \(name)"] }) { failures[id] = failure }
      }
    }
    return failures
  }
  func startStandby(_ id: String) throws { try note("standby \(name(id))") { try machine.startStandby(id) } }
  func takeOver(_ id: String, from predecessor: String?, as name: String) throws {
    try note("take over \(self.name(id))") { try machine.takeOver(id, from: predecessor, as: name) }
  }
  func drain(_ id: String, timeout: Int64?, cancellation: Cancellation?) throws { try note("drain \(name(id))") {} }
  func stop(_ id: String, timeout: Int64?) throws {
    try note("stop \(name(id))") { try machine.stop(id, timeout: timeout) }
  }
  func unpause(_ id: String) throws { try note("unpause \(name(id))") { try machine.unpause(id) } }
  func runHook(
    _ id: String, _ hook: HookSpec, cancellation: Cancellation?, output: @Sendable ([UInt8]) -> Void
  ) throws -> Int32 {
    try note("hook \(name(id)) \(hook.command.joined(separator: " "))") {
      output(Array("said\n".utf8))
      return hook.command == ["false"] ? 1 : 0
    }
  }
  func prepare(
    _ creation: ContainerCreation, of id: String, project: String, cancellation: Cancellation?,
    output: @Sendable ([UInt8]) -> Void
  ) throws -> Int32 {
    try note("prepare \(name(id)) \(creation.spec.command?.joined(separator: " ") ?? "")") {
      creation.spec.command == ["false"] ? 1 : 0
    }
  }
  func removeContainer(_ id: String, volumes: Bool) throws {
    try note("remove \(name(id))") { try machine.removeContainer(id, volumes: volumes) }
  }
  func requireFree(_ ports: [PortSpec], project: String, service: String) throws {
    try note("require \(ports.map { $0.hostPorts?.lowerBound ?? 0 })") {}
  }
  func removeImage(_ reference: String) throws { try note("remove image \(reference)") {} }
  func status(_ id: String) throws -> ContainerStatus? {
    if let status = script.withLock({ $0.statuses[name(id)] }) { return status }
    return try machine.status(id)
  }
  func lastLogLines(_ id: String, count: Int) -> [String] { script.withLock { $0.log } }
  func wait(
    _ id: String, limit: Int64, cancellation: Cancellation?, until isEnough: (ContainerStatus?) -> Bool
  ) throws -> ContainerStatus? {
    if let status = try status(id), script.withLock({ $0.statuses[name(id)] }) != nil {
      Monotonic.sleep(nanoseconds: min(limit, 1_000_000))
      return status
    }
    return try machine.wait(id, limit: limit, cancellation: cancellation, until: isEnough)
  }
  func tidy() {}
  func flush() throws { try note("flush") {} }
}

/// Events as they come.
final class Recorder: Sendable {
  private let events = Mutex<[ProgressEvent]>([])

  var all: [ProgressEvent] { events.withLock { $0 } }
  var lines: [String] { all.map { "\($0.object.name) \($0.status.rawValue)" } }
  func record(_ event: ProgressEvent) { events.withLock { $0.append(event) } }
  var execution: Execution {
    var execution = Execution()
    execution.progress = { self.record($0) }
    return execution
  }
}

/// A small shop: `web` waits until `db` is healthy.
func shop(condition: Dependency.Condition = .healthy, required: Bool = true) -> Desired {
  var db = ContainerSpec(name: "shop-db-1", image: "db")
  db.healthcheck = HealthcheckSpec(test: ["CMD", "ok"])
  db.networks = [NetworkAttachment(network: "shop_default")]
  db.mounts = [MountSpec(.volume, source: "shop_data", target: "/data")]
  var web = ContainerSpec(name: "shop-web-1", image: "web")
  web.networks = db.networks
  var cache = ContainerSpec(name: "shop-cache-1", image: "cache")
  cache.networks = db.networks
  return Desired(
    project: "shop",
    services: [
      DesiredService(
        name: "web", containers: [web],
        dependencies: [Dependency(service: "db", condition: condition, required: required)]),
      DesiredService(name: "db", containers: [db]), DesiredService(name: "cache", containers: [cache]),
    ], networks: [DesiredNetwork(key: "default", spec: NetworkSpec(name: "shop_default"))],
    volumes: [DesiredVolume(key: "data", spec: VolumeSpec(name: "shop_data"))])
}
