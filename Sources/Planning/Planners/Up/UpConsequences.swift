import Diagnostics
import Spec

extension UpPlanner {
  /// What follows for containers that are right themselves: from networks that are made anew, and from dependencies that
  /// are made anew or restarted.
  mutating func spreadRestarts() {
    leaveRecreatedNetworks()
    if !options.noDependencies { bringInDependents() }

    var renewed: Set<String> = []
    var comingUp: Set<String> = []
    for index in decisions.indices {
      let decision = decisions[index]
      for reason in restartReasons(for: decision, renewed: renewed, comingUp: comingUp) {
        decisions[index].restartReasons.append(reason)
      }
      if isRenewal(decisions[index]) { renewed.insert(decision.service) }
      if decisions[index].comesUp { comingUp.insert(decision.spec.name) }
    }
  }

  private func restartReasons(for decision: Decision, renewed: Set<String>, comingUp: Set<String>) -> [Reason] {
    guard decision.verdict == .keep, decision.wasUp, let current = decision.current else { return [] }
    var reasons: [Reason] = []
    for dependency in graph.dependencies[decision.service] ?? [] {
      let joins = services[dependency.service]?.containers.contains {
        comingUp.contains($0.name) && current.spec.joinedContainers.contains($0.name)
      }
      if (dependency.restart && renewed.contains(dependency.service)) || joins == true {
        reasons.append(.dependency(service: dependency.service))
      }
    }
    return reasons
  }

  /// A container was there before and is another one afterwards, or the only one of its service is back.
  private func isRenewal(_ decision: Decision) -> Bool {
    if !decision.restartReasons.isEmpty { return true }
    return decision.isNew && (decision.current != nil || decision.number == 1)
  }

  /// Services that were not chosen but restart with one that is.
  private mutating func bringInDependents() {
    if selected.count == services.count { return }
    var decided = Set(decisions.map(\.service))
    for name in graph.order where !decided.contains(name) && !held.contains(name) {
      let restarts = (graph.dependencies[name] ?? []).contains { $0.restart && decided.contains($0.service) }
      guard restarts, !selected.contains(name) else { continue }
      decided.insert(name)
      for container in machine.own where container.service == name && container.isUp {
        decisions.append(kept(container))
      }
    }
  }

  /// A network cannot go while a container runs on it.
  private mutating func leaveRecreatedNetworks() {
    guard !networks.recreated.isEmpty else { return }
    var decided: [String: Int] = [:]
    for index in decisions.indices { if let current = decisions[index].current { decided[current.id] = index } }
    for container in machine.own + machine.oneOff where container.isUp {
      let affected = container.attachedNetworks.compactMap { networks.recreated[$0] }
      guard !affected.isEmpty, !departures.contains(where: { $0.container.id == container.id }) else { continue }
      if let index = decided[container.id] {
        if decisions[index].verdict == .keep {
          decisions[index].restartReasons += affected.map { .recreated($0) }
        }
      } else if isSurplusOrOrphan(container), !container.oneOff {
        continue
      } else if container.oneOff || isOrphan(container) {
        failures.append(networkInUse(affected[0], by: container))
      } else {
        decisions.append(kept(container))
        decisions[decisions.count - 1].restartReasons = affected.map { .recreated($0) }
      }
    }
  }

  private func networkInUse(_ network: ObjectReference, by container: ObservedContainer) -> Failure {
    let reasons = networks.reasons[network.name] ?? []
    return Failure(
      .conflict,
      "it has to be made anew (\(reasons.map(\.description).joined(separator: ", "))), and container"
        + " \(container.spec.name) runs on it", subject: "networks.\(network.key)",
      hint: container.oneOff
        ? "stop that container first" : "it is an orphan of this project: --remove-orphans removes it")
  }

  private func isOrphan(_ container: ObservedContainer) -> Bool {
    services[container.service] == nil && !desired.disabledServices.contains(container.service)
  }

  private func kept(_ container: ObservedContainer) -> Decision {
    var decision = Decision(service: container.service, number: container.number, spec: container.spec)
    decision.current = container
    decision.verdict = .keep
    return decision
  }

  /// It goes in this plan.
  func isSurplusOrOrphan(_ container: ObservedContainer) -> Bool {
    if let service = services[container.service] {
      return selected.contains(container.service) && !(1...max(service.containers.count, 1)).contains(container.number)
        || selected.contains(container.service) && service.containers.isEmpty
    }
    return options.removeOrphans && isOrphan(container)
  }

  mutating func findDepartures() {
    var orphans: [String] = []
    for container in machine.own {
      if let service = services[container.service] {
        guard isSurplusOrOrphan(container) else { continue }
        departures.append(
          Departure(
            container: container, reason: .surplus(wanted: service.containers.count), object: container.object))
      } else if isOrphan(container) {
        guard options.removeOrphans else {
          orphans.append(container.spec.name)
          continue
        }
        departures.append(
          Departure(container: container, reason: .orphan(service: container.service), object: container.object))
      }
    }
    if !orphans.isEmpty {
      warnings.append(
        "containers of services that the project does not have any more: \(orphans.sorted().joined(separator: ", "));"
          + " remove them with --remove-orphans")
    }
  }
}

extension ContainerSpec {
  /// Names of the containers whose namespaces it shares.
  var joinedContainers: [String] {
    var names: [String] = []
    if case .container(let name) = networkMode { names.append(name) }
    for mode in [pid, ipc, uts, userns, cgroup] { if case .container(let name) = mode { names.append(name) } }
    return names
  }

  /// Names of the containers that have to exist before it is made.
  var referencedContainers: [String] {
    joinedContainers + volumesFrom.map { String($0.prefix { $0 != ":" }) }
      + links.map { String($0.prefix { $0 != ":" }) }
  }
}
