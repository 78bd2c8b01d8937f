import Diagnostics
import Engine
import Linux
import Planning
import Spec

extension LocalPlatform {
  public func observe(project: String, desired: Desired?) throws -> Observed {
    var observed = Observed()
    observed.containers = try engine.containers(project: project).map(ObservedContainer.init)
    observed.containers += try holders(ofNamesIn: desired, besides: observed.containers)
    observed.networks = try engine.networks().map(ObservedNetwork.init)
    if let desired {
      // By name: a machine may have many volumes, and reading them all would cost more than the rest.
      observed.volumes = try desired.volumes.compactMap { volume in
        try found { ObservedVolume(try engine.volume(volume.spec.name)) }
      }
    } else {
      observed.volumes = try engine.volumes(project: project).filter { !$0.anonymous }.map(ObservedVolume.init)
    }
    return observed
  }

  /// Containers of others that have a name which the project wants.
  private func holders(ofNamesIn desired: Desired?, besides own: [ObservedContainer]) throws -> [ObservedContainer] {
    let known = Set(own.map(\.spec.name))
    var holders: [ObservedContainer] = []
    for spec in desired?.services.flatMap(\.containers) ?? [] where !known.contains(spec.name) {
      if let view = try found({ try engine.container(spec.name) }), view.name == spec.name {
        holders.append(ObservedContainer(view))
      }
    }
    return holders
  }

  public func status(_ id: String) throws -> ContainerStatus? {
    try found { ContainerStatus(try engine.container(id)) }
  }

  public func wait(
    _ id: String, limit: Int64, cancellation: Cancellation?, until isEnough: (ContainerStatus?) -> Bool
  ) throws -> ContainerStatus? {
    var last: ContainerStatus?
    do {
      _ = try engine.wait(id, timeout: limit, cancellation: cancellation) { view in
        last = ContainerStatus(view)
        return isEnough(last)
      }
    } catch let failure as Failure where failure.code == .timedOut || failure.code == .interrupted {
      return last
    } catch let failure as Failure where failure.code == .notFound {
      return nil
    }
    return last
  }

  public func lastLogLines(_ id: String, count: Int) -> [String] {
    var options = LogOptions()
    options.tail = count
    var text: [UInt8] = []
    try? engine.logs(id, options) { entry in
      text += entry.bytes
      return true
    }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").suffix(count).map(String.init)
  }

  /// `nil` for what does not exist.
  private func found<T>(_ look: () throws -> T) throws -> T? {
    do { return try look() } catch let failure as Failure where failure.code == .notFound { return nil }
  }
}

extension ObservedContainer {
  init(_ view: ContainerView) {
    let owner = view.record.owner
    self.init(
      id: view.id, project: owner?.project ?? "", service: owner?.service ?? "", number: owner?.number ?? 0,
      spec: view.record.spec, state: view.state, attachedNetworks: view.networks.map(\.network))
    oneOff = owner?.oneOff ?? false
    exitCode = view.exitCode
    oomKilled = view.oomKilled
    health = view.health?.status
    stoppedByUser = view.stoppedByUser
    restarts = view.restartCount
    standing =
      switch view.standing {
      case .inPlace: .inPlace
      case .standby: .standby
      case .relieved: .relieved
      }
  }
}

extension ObservedNetwork {
  init(_ network: Network) {
    self.init(
      id: network.id, spec: network.asked, project: network.owner?.project ?? "", key: network.owner?.key ?? "")
  }
}

extension ObservedVolume {
  init(_ volume: Volume) {
    self.init(spec: volume.spec, project: volume.owner?.project ?? "", key: volume.owner?.key ?? "")
  }
}

extension ContainerStatus {
  init(_ view: ContainerView) {
    self.init(state: view.state, restart: view.record.spec.restart.condition, health: view.health?.status)
    exitCode = view.exitCode
    outOfMemory = view.oomKilled
    restarts = view.restartCount
    healthOutput = view.health?.log.last?.output
  }
}
