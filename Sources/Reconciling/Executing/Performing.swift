import Diagnostics
import Planning

extension Executor {
  /// Does one change, and tells of it.
  func perform(_ change: Change) throws {
    let words = words(for: change)
    if let words { sequence.send(ProgressEvent(change.object, words.during)) }
    do { try carryOut(change) } catch {
      let failure = Failure(describing: error)
      guard let reason = harmless(failure, change) else {
        throw failure.subject.contains(change.object.name) ? failure : failure.about("\(change.object)")
      }
      sequence.send(ProgressEvent(change.object, .skipped, detail: reason))
      return
    }
    if let words { sequence.send(ProgressEvent(change.object, words.after)) }
  }

  private func carryOut(_ change: Change) throws {
    if let ending = change.ending {
      try leave(id(of: ending), change)
      defer { hasLeft(id(of: ending)) }
      return try alter(change)
    }
    try alter(change)
  }

  private func alter(_ change: Change) throws {
    switch change.action {
    case .createNetwork(let spec): try platform.createNetwork(spec, key: change.object.key, project: plan.project)
    case .removeNetwork(let id): try platform.removeNetwork(id: id)
    case .createVolume(let spec): try platform.createVolume(spec, key: change.object.key, project: plan.project)
    case .removeVolume(let name): try platform.removeVolume(name)
    case .createContainer(let creation): try create(creation, as: change.object.name)
    case .renameContainer(let container, let name): try platform.renameContainer(id(of: container), to: name)
    case .updateContainer(let container, let spec, let fields):
      try platform.updateContainer(id(of: container), to: spec, fields: fields)
    case .connect(let container, let attachment): try platform.connect(id(of: container), attachment)
    case .disconnect(let container, let network): try platform.disconnect(id(of: container), from: network)
    case .startStandby(let container): try platform.startStandby(id(of: container))
    case .takeOver(let container, let predecessor):
      // It may have become unwell since it was waited for. One that an earlier command let take over is let finish.
      if container.id.isEmpty, WaitVerdict(.ready, try platform.status(id(of: container))) != .holds {
        throw Failure(.conflict, "is not ready any more, and takes nothing over")
      }
      try platform.takeOver(id(of: container), from: predecessor.map(id), as: change.object.name)
    case .stop(let container, let timeout): try platform.stop(id(of: container), timeout: timeout)
    case .unpause(let container): try platform.unpause(id(of: container))
    case .removeContainer(let container, let volumes):
      try platform.removeContainer(id(of: container), volumes: volumes)
    case .removeImage(let reference): try platform.removeImage(reference)
    case .requirePorts(let ports):
      try platform.requireFree(ports, project: plan.project, service: change.object.key)
    // Started in batches; on threads of their own.
    case .start, .wait, .prepare, .runHooks, .drain, .delay, .checkRollout: break
    }
  }

  private func create(_ creation: ContainerCreation, as name: String) throws {
    do {
      let created = try platform.createContainer(creation, project: plan.project)
      made(name, id: created.id, warnings: created.warnings)
    } catch {
      if let old = creation.replaces { giveNameBack(to: old) }
      throw error
    }
  }

  /// Its successor could not be made: it goes on as if nothing had been tried.
  private func giveNameBack(to old: ContainerReference) {
    for change in plan.changes {
      if case .renameContainer(let container, to: old.name) = change.action, container.id == old.id {
        try? platform.renameContainer(old.id, to: container.name)
      }
    }
  }

  /// Why a failure to remove something is none: it is gone, or others use it and it was to go only for tidiness.
  private func harmless(_ failure: Failure, _ change: Change) -> String? {
    switch change.action {
    case .removeContainer, .removeNetwork, .removeVolume, .removeImage: break
    case .stop: return failure.code == .notFound ? "is gone" : nil
    default: return nil
    }
    if failure.code == .notFound { return "is gone" }
    guard failure.code == .conflict, plan.operation == .down else { return nil }
    if case .removeContainer = change.action { return nil }
    warn("\(change.object) stays: \(failure.message)")
    return "stays: \(failure.message)"
  }

  /// What a person reads before and after a change; nothing for steps that are part of a larger one.
  private func words(for change: Change) -> (during: ProgressEvent.Status, after: ProgressEvent.Status)? {
    switch change.action {
    case .createNetwork, .createVolume: (.creating, .created)
    case .removeNetwork, .removeVolume, .removeImage: (.removing, .removed)
    case .createContainer(let creation):
      creation.replaces == nil ? (.creating, .created) : (.recreating, .recreated)
    case .renameContainer: nil
    case .updateContainer, .connect, .disconnect: (.updating, .updated)
    case .unpause: (.starting, .started)
    case .stop(let container, _): predecessors.contains(container.id) ? nil : (.stopping, .stopped)
    case .removeContainer(let container, _): predecessors.contains(container.id) ? nil : (.removing, .removed)
    case .startStandby: (.starting, .started)
    case .takeOver: (.takingOver, .tookOver)
    case .start, .wait, .requirePorts, .prepare, .runHooks, .drain, .delay, .checkRollout: nil
    }
  }
}
