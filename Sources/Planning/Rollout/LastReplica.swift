import Spec

extension Observed {
  /// Whether nobody serves any more once this container ends: it is ready, names and ports lead to it, and there is no
  /// other such replica of its service, nor one that has done its work.
  /// - Parameter leaving: ids of containers that are about to end.
  public func isLastServing(_ id: String, leaving: Set<String> = []) -> Bool {
    guard let container = containers.first(where: { $0.id == id }), container.serves else { return false }
    return !containers.contains { other in
      other.id != id && other.project == container.project && other.service == container.service && !other.oneOff
        && (other.serves || other.hasCompleted(other.spec.restart)) && !leaving.contains(other.id)
    }
  }
}

extension ObservedContainer {
  /// It is ready, and names and published ports lead to it.
  public var serves: Bool { standing == .inPlace && isReady && !stoppedByUser }
}

extension UpPlanner {
  /// What is planned never takes the last replica of the service away that serves.
  func sparesLast(of service: String) -> Bool {
    guard !stopsFirst, !options.noStart, policy(of: service)?.order == .startFirst else { return false }
    return !(services[service]?.containers.isEmpty ?? true)
  }

  /// Surplus replicas of such a service go once those that stay are ready and its roll-out is over.
  mutating func delaySurplus() {
    if passesClaims { return }
    var names: Set<String> = []
    for decision in decisions {
      names.formUnion([decision.spec.name, ContainerReference.temporaryName(for: decision.spec.name)])
    }
    let surplus = Dictionary(
      grouping: departures.indices.filter { index in
        guard case .surplus = departures[index].reason, departures[index].stop != nil else { return false }
        return sparesLast(of: departures[index].container.service)
          && !names.contains(departures[index].container.spec.name)
      }, by: { departures[$0].container.service })
    for (service, leaving) in surplus.sorted(by: { $0.key < $1.key }) {
      let pending = (decisionsByService[service] ?? []).map { decisions[$0] }.filter { !holds(.ready, of: $0) }
      var before = checks[service].map { [$0] } ?? []
      if !pending.isEmpty {
        let wait = Wait(.ready, service: service, containers: pending.map(\.reference))
        let object = ObjectReference(.service, service, key: service)
        before.append(build.add(.wait(wait), object, after: (starts[service] ?? []) + pending.flatMap(\.before)))
      }
      for index in leaving { if let stop = departures[index].stop { build.order(stop, after: before) } }
    }
  }
}
