import Spec

/// What was observed, by what a planner looks for.
struct MachineIndex {
  struct Place: Hashable {
    var service: String
    var number: Int
  }

  /// Containers of the project that were not made by `run`.
  private(set) var own: [ObservedContainer] = []
  /// Those that `run` made.
  private(set) var oneOff: [ObservedContainer] = []
  private(set) var byPlace: [Place: [ObservedContainer]] = [:]
  /// Places in `own`.
  private(set) var byService: [String: [Int]] = [:]
  /// Of any project.
  private(set) var byName: [String: ObservedContainer] = [:]
  private(set) var networks: [String: ObservedNetwork] = [:]
  private(set) var volumes: [String: ObservedVolume] = [:]

  init(_ observed: Observed, project: String) {
    // Whatever order the machine lists them in, the plan is the same.
    for container in observed.containers.sorted(by: { ($0.service, $0.number, $0.id) < ($1.service, $1.number, $1.id) })
    {
      byName[container.spec.name] = container
      guard container.project == project else { continue }
      if container.oneOff {
        oneOff.append(container)
      } else {
        byService[container.service, default: []].append(own.count)
        own.append(container)
        byPlace[Place(service: container.service, number: container.number), default: []].append(container)
      }
    }
    for network in observed.networks { networks[network.spec.name] = network }
    for volume in observed.volumes { volumes[volume.spec.name] = volume }
  }
}

extension ObservedContainer {
  var reference: ContainerReference { ContainerReference(id: id, name: spec.name) }
  var object: ObjectReference { ObjectReference(.container, spec.name, key: service) }

  /// It has a process, or will have one again without anybody's doing.
  var isUp: Bool { state == .running || state == .restarting || state == .paused }

  /// The name under which it waits for its end once it is being replaced.
  func awayName(from name: String) -> String { "\(id.prefix(12))_\(name)" }

  /// It was being replaced when whoever did it died.
  public var isAway: Bool { spec.name.hasPrefix("\(id.prefix(12))_") }

  func mounts(volume: String) -> Bool { spec.mounts.contains { $0.kind == .volume && $0.source == volume } }

  /// Ended with success, by itself, and the policy does not ask for it to run again.
  public func hasCompleted(_ restart: RestartPolicy) -> Bool {
    state == .exited && exitCode == 0 && !stoppedByUser && !oomKilled
      && (restart.condition == .no || restart.condition == .onFailure)
  }

  /// Running, and healthy where there is a health check.
  var isReady: Bool { state == .running && (health == nil || health == .healthy) }
}
