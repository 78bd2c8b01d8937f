import Diagnostics
import Spec

/// What a machine looks like after a change, when all goes well: programs start and become healthy, one-shot programs
/// end with success. It refuses what a machine refuses, so that a plan can be tried without a machine.
extension Observed {
  /// - Parameter newID: the id that a created container or network gets.
  public mutating func apply(_ change: Change, project: String, newID: String) throws(Failure) {
    switch change.action {
    case .createNetwork(let spec):
      try refuse(networks.contains { $0.spec.name == spec.name }, "network \(spec.name) exists already")
      networks.append(ObservedNetwork(id: newID, spec: spec, project: project, key: change.object.key))
    case .removeNetwork(let id):
      guard let index = networks.firstIndex(where: { $0.id == id }) else { throw missing("network \(id)") }
      let name = networks[index].spec.name
      if let user = containers.first(where: { $0.isUp && $0.attachedNetworks.contains(name) }) {
        throw Failure(.conflict, "container \(user.spec.name) runs on it", subject: "network \(name)")
      }
      networks.remove(at: index)
    case .createVolume(let spec):
      try refuse(volumes.contains { $0.spec.name == spec.name }, "volume \(spec.name) exists already")
      volumes.append(ObservedVolume(spec: spec, project: project, key: change.object.key))
    case .removeVolume(let name):
      guard let index = volumes.firstIndex(where: { $0.spec.name == name }) else { throw missing("volume \(name)") }
      try refuse(containers.contains { $0.mounts(volume: name) }, "volume \(name) is in use")
      volumes.remove(at: index)
    case .createContainer(let creation): try create(creation, project: project, id: newID)
    case .renameContainer(let container, let name):
      try refuse(containers.contains { $0.spec.name == name }, "the name \(name) is taken")
      containers[try place(of: container)].spec.name = name
    case .updateContainer(let container, let spec, let fields):
      containers[try place(of: container)].spec.take(fields, from: spec)
    case .connect(let container, let attachment):
      let index = try place(of: container)
      let name = attachment.network
      try refuse(!networks.contains { $0.spec.name == name }, "network \(name) does not exist")
      try refuse(containers[index].spec.networkMode != .networks, "\(container.name) has no network of its own")
      try refuse(containers[index].attachedNetworks.contains(name), "it is attached to network \(name) already")
      containers[index].attachedNetworks.append(name)
      containers[index].spec.networks.removeAll { $0.network == name }
      containers[index].spec.networks.append(attachment)
    case .disconnect(let container, let name):
      let index = try place(of: container)
      try refuse(!containers[index].attachedNetworks.contains(name), "it is not attached to network \(name)")
      containers[index].attachedNetworks.removeAll { $0 == name }
      containers[index].spec.networks.removeAll { $0.network == name }
      if containers[index].attachedNetworks.isEmpty { containers[index].spec.networkMode = .none }
    case .start(let container): try start(at: try place(of: container))
    case .startStandby(let container):
      let index = try place(of: container)
      // Somebody started it meanwhile: names lead to it already.
      if containers[index].isUp { break }
      try start(at: index)
      containers[index].standing = .standby
    case .takeOver(let container, let old):
      let index = try place(of: container)
      try refuse(!containers[index].isUp, "container \(container.name) does not run")
      containers[index].standing = .inPlace
      if let old, let place = try? place(of: old), containers[place].isUp { containers[place].standing = .relieved }
    case .stop(let container, _):
      let index = try place(of: container)
      containers[index].state = .exited
      containers[index].exitCode = 143
      containers[index].health = nil
      containers[index].stoppedByUser = true
      containers[index].standing = .inPlace
    case .unpause(let container):
      let index = try place(of: container)
      try refuse(containers[index].state != .paused, "it is not paused")
      containers[index].state = .running
    case .removeContainer(let container, _):
      let index = try place(of: container)
      try refuse(containers[index].isUp, "container \(containers[index].spec.name) is running")
      containers.remove(at: index)
    case .wait(let wait): try hold(wait)
    case .removeImage, .requirePorts, .prepare, .runHooks, .checkRollout, .delay, .drain: break
    }
  }

  private mutating func create(_ creation: ContainerCreation, project: String, id: String) throws(Failure) {
    let spec = creation.spec
    try refuse(containers.contains { $0.spec.name == spec.name }, "the name \(spec.name) is taken")
    for mount in spec.mounts where mount.kind == .volume && !mount.source.isEmpty {
      try refuse(!volumes.contains { $0.spec.name == mount.source }, "volume \(mount.source) does not exist")
    }
    for attachment in spec.networks {
      try refuse(
        !networks.contains { $0.spec.name == attachment.network }, "network \(attachment.network) does not exist")
    }
    for name in spec.referencedContainers {
      try refuse(!containers.contains { $0.spec.name == name }, "container \(name) does not exist")
    }
    containers.append(
      ObservedContainer(
        id: id, project: project, service: creation.service, number: creation.number, spec: spec, state: .created))
  }

  private mutating func start(at index: Int) throws(Failure) {
    let spec = containers[index].spec
    if containers[index].isUp { return }
    for name in spec.joinedContainers {
      try refuse(!containers.contains { $0.spec.name == name && $0.isUp }, "container \(name) does not run")
    }
    for name in containers[index].attachedNetworks {
      try refuse(!networks.contains { $0.spec.name == name }, "network \(name) does not exist")
    }
    for other in containers where other.isUp {
      for port in spec.ports where port.hostPorts?.count == 1 {
        let isTaken = other.spec.ports.contains { $0.hostPorts == port.hostPorts && $0.transport == port.transport }
        // Replicas of one service share a published port.
        try refuse(
          isTaken && other.service != containers[index].service,
          "host port \(port.hostPorts!.lowerBound) is used by \(other.spec.name)")
      }
      for attachment in spec.networks where attachment.ipv4Address != nil {
        let isTaken = other.spec.networks.contains {
          $0.network == attachment.network && $0.ipv4Address == attachment.ipv4Address
        }
        try refuse(isTaken, "address \(attachment.ipv4Address!) is used by \(other.spec.name)")
      }
    }
    containers[index].state = .running
    containers[index].exitCode = nil
    containers[index].oomKilled = false
    containers[index].stoppedByUser = false
    containers[index].standing = .inPlace
    containers[index].restarts = 0
    containers[index].health = spec.hasHealthcheck ? .starting : nil
  }

  private mutating func hold(_ wait: Wait) throws(Failure) {
    for container in wait.containers {
      let index = try place(of: container)
      switch wait.condition {
      case .healthy, .ready, .steady:
        if wait.condition != .healthy, containers[index].hasCompleted(containers[index].spec.restart) { continue }
        try refuse(!containers[index].isUp, "container \(container.name) does not run")
        if containers[index].health != nil { containers[index].health = .healthy }
      case .completed:
        containers[index].state = .exited
        containers[index].exitCode = 0
        containers[index].stoppedByUser = false
        containers[index].health = nil
      }
    }
  }

  private func place(of container: ContainerReference) throws(Failure) -> Int {
    // Without an id: whichever an earlier change made, which may not have its proper name yet.
    let temporary = ContainerReference.temporaryName(for: container.name)
    let index =
      container.id.isEmpty
      ? containers.firstIndex { $0.spec.name == temporary } ?? containers.firstIndex { $0.spec.name == container.name }
      : containers.firstIndex { $0.id == container.id }
    guard let index else { throw missing("container \(container.name)") }
    return index
  }

  private func missing(_ subject: String) -> Failure { Failure(.notFound, "does not exist", subject: subject) }

  private func refuse(_ condition: Bool, _ message: String) throws(Failure) {
    if condition { throw Failure(.conflict, message) }
  }
}

extension ContainerSpec {
  /// A check of its own, not one that the image may bring along.
  var hasHealthcheck: Bool { healthcheck.map { !$0.test.isEmpty && $0.test != ["NONE"] } ?? false }

  /// What an update in place changes.
  mutating func take(_ fields: [String], from other: ContainerSpec) {
    for field in fields {
      switch field {
      case "labels": labels = other.labels
      case "annotations": annotations = other.annotations
      case "restart": restart = other.restart
      case "resources": resources = other.resources
      case "stop_signal": stopSignal = other.stopSignal
      case "stop_grace_period": stopGracePeriod = other.stopGracePeriod
      default: break
      }
    }
  }
}
