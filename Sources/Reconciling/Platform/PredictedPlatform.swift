import Diagnostics
import Linux
import Planning
import Spec
import Synchronization

/// A machine that only exists in memory, where everything goes well: for rehearsals (`--dry-run`).
public final class PredictedPlatform: Platform {
  private struct State {
    var observed: Observed
    var made = 0
  }

  private let state: Mutex<State>

  public init(_ observed: Observed) { state = Mutex(State(observed: observed)) }

  public var observed: Observed { state.withLock { $0.observed } }

  public func observe(project: String, desired: Desired?) throws -> Observed { observed }

  public func createNetwork(_ spec: NetworkSpec, key: String, project: String) throws {
    _ = try apply(.createNetwork(spec), ObjectReference(.network, spec.name, key: key), project)
  }

  public func removeNetwork(id: String) throws { try apply(.removeNetwork(id)) }

  public func createVolume(_ spec: VolumeSpec, key: String, project: String) throws {
    _ = try apply(.createVolume(spec), ObjectReference(.volume, spec.name, key: key), project)
  }

  public func removeVolume(_ name: String) throws { try apply(.removeVolume(name)) }

  public func createContainer(_ creation: ContainerCreation, project: String) throws -> CreatedContainer {
    let object = ObjectReference(.container, creation.spec.name, key: creation.service)
    return CreatedContainer(id: try apply(.createContainer(creation), object, project))
  }

  public func renameContainer(_ id: String, to name: String) throws {
    try apply(.renameContainer(reference(id), to: name))
  }

  public func updateContainer(_ id: String, to spec: ContainerSpec, fields: [String]) throws {
    try apply(.updateContainer(reference(id), to: spec, fields: fields))
  }

  public func connect(_ id: String, _ attachment: NetworkAttachment) throws {
    try apply(.connect(reference(id), attachment))
  }

  public func disconnect(_ id: String, from network: String) throws { try apply(.disconnect(reference(id), network)) }

  public func start(_ ids: [String]) -> [String: Failure] {
    var failures: [String: Failure] = [:]
    for id in ids {
      do { try apply(.start(reference(id))) } catch { failures[id] = Failure(describing: error) }
    }
    return failures
  }

  public func startStandby(_ id: String) throws { try apply(.startStandby(reference(id))) }

  public func takeOver(_ id: String, from predecessor: String?, as name: String) throws {
    try apply(.takeOver(reference(id), from: predecessor.map(reference)))
  }

  public func drain(_ id: String, timeout: Int64?, cancellation: Cancellation?) throws {}

  public func stop(_ id: String, timeout: Int64?) throws { try apply(.stop(reference(id), timeout: timeout)) }

  public func unpause(_ id: String) throws { try apply(.unpause(reference(id))) }

  public func runHook(
    _ id: String, _ hook: HookSpec, cancellation: Cancellation?, output: @Sendable ([UInt8]) -> Void
  ) throws -> Int32 { 0 }

  public func prepare(
    _ creation: ContainerCreation, of id: String, project: String, cancellation: Cancellation?,
    output: @Sendable ([UInt8]) -> Void
  ) throws -> Int32 { 0 }

  public func removeContainer(_ id: String, volumes: Bool) throws {
    try apply(.removeContainer(reference(id), volumes: volumes))
  }

  public func removeImage(_ reference: String) throws {}

  public func requireFree(_ ports: [PortSpec], project: String, service: String) throws {}

  public func status(_ id: String) throws -> ContainerStatus? {
    state.withLock { state in state.observed.containers.first { $0.id == id }.map(ContainerStatus.init) }
  }

  public func lastLogLines(_ id: String, count: Int) -> [String] { [] }

  /// What is waited for happens at once.
  public func wait(
    _ id: String, limit: Int64, cancellation: Cancellation?, until isEnough: (ContainerStatus?) -> Bool
  ) throws -> ContainerStatus? {
    for condition in [nil, Wait.Condition.healthy, .completed] {
      if let condition { try? apply(.wait(Wait(condition, service: "", containers: [reference(id)]))) }
      let status = try status(id)
      if isEnough(status) { return status }
    }
    return try status(id)
  }

  public func tidy() {}

  public func flush() throws {}

  private func reference(_ id: String) -> ContainerReference { ContainerReference(id: id, name: id) }

  private func apply(_ action: Action) throws { _ = try apply(action, ObjectReference(.container, ""), "") }

  /// - Returns: the id that a new object got.
  private func apply(_ action: Action, _ object: ObjectReference, _ project: String) throws -> String {
    try state.withLock { state in
      state.made += 1
      let number = String(state.made, radix: 16)
      // Told apart by their first digits, as real ones are.
      let id = String(repeating: "0", count: 12 - number.count) + number + String(repeating: "0", count: 52)
      try state.observed.apply(Change(id: 0, object: object, action: action), project: project, newID: id)
      return id
    }
  }
}

extension ContainerStatus {
  init(_ container: ObservedContainer) {
    self.init(state: container.state, restart: container.spec.restart.condition, health: container.health)
    exitCode = container.exitCode
    outOfMemory = container.oomKilled
    restarts = container.restarts
  }
}
