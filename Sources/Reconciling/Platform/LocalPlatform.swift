import Diagnostics
import Engine
import Linux
import Planning
import Spec

/// This machine, by its engine.
public struct LocalPlatform: Platform {
  let engine: Engine

  public init(_ engine: Engine) { self.engine = engine }

  public func createNetwork(_ spec: NetworkSpec, key: String, project: String) throws {
    _ = try engine.createNetwork(spec, owner: Ownership(project: project, key: key))
  }

  public func removeNetwork(id: String) throws { try engine.removeNetwork(id) }

  public func createVolume(_ spec: VolumeSpec, key: String, project: String) throws {
    _ = try engine.createVolume(spec, owner: Ownership(project: project, key: key))
  }

  public func removeVolume(_ name: String) throws { try engine.removeVolume(name) }

  public func createContainer(_ creation: ContainerCreation, project: String) throws -> CreatedContainer {
    let owner = Ownership(project: project, service: creation.service, number: creation.number)
    let predecessor = creation.renewAnonymousVolumes ? nil : creation.replaces?.id
    let (id, warnings) = try engine.create(creation.spec, owner: owner, inheriting: predecessor)
    return CreatedContainer(id: id, warnings: warnings)
  }

  public func renameContainer(_ id: String, to name: String) throws { try engine.rename(id, to: name) }

  public func updateContainer(_ id: String, to spec: ContainerSpec, fields: [String]) throws {
    var update = ContainerUpdate()
    for field in fields {
      switch field {
      case "resources": update.resources = spec.resources
      case "restart": update.restart = spec.restart
      case "labels": update.labels = spec.labels
      case "annotations": update.annotations = spec.annotations
      case "stop_grace_period": update.stopGracePeriod = spec.stopGracePeriod
      case "stop_signal": update.stopSignal = spec.stopSignal
      default: throw Failure(.unsupported, "\(field) cannot be changed in place", subject: "container \(spec.name)")
      }
    }
    try engine.update(id, update)
  }

  public func connect(_ id: String, _ attachment: NetworkAttachment) throws { try engine.connect(id, attachment) }

  public func disconnect(_ id: String, from network: String) throws { try engine.disconnect(id, from: network) }

  public func start(_ ids: [String]) -> [String: Failure] { engine.start(ids) }

  public func startStandby(_ id: String) throws { try engine.startStandby(id) }

  public func takeOver(_ id: String, from predecessor: String?, as name: String) throws {
    try engine.takeOver(id, from: predecessor, as: name)
  }

  public func drain(_ id: String, timeout: Int64?, cancellation: Cancellation?) throws {
    try engine.drain(id, timeout: timeout, cancellation: cancellation)
  }

  public func stop(_ id: String, timeout: Int64?) throws {
    do { try engine.stop(id, timeout: timeout) } catch {
      // It may be ending by itself, or by a stop that another command began, while this one is on its way.
      guard (try? engine.wait(id, timeout: 5_000_000_000) { !$0.isRunning }) != nil else { throw error }
    }
  }

  public func unpause(_ id: String) throws { try engine.unpause(id) }

  public func removeContainer(_ id: String, volumes: Bool) throws {
    try engine.remove(id, force: true, volumes: volumes)
  }

  public func requireFree(_ ports: [PortSpec], project: String, service: String) throws {
    try engine.requireFree(ports, for: Ownership(project: project, key: service))
  }

  public func tidy() { engine.tidy() }

  public func flush() throws { try engine.flush() }
}
