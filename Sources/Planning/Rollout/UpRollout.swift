import Spec

/// Replacing running containers group by group, as `update_config` says.
extension UpPlanner {
  func policy(of service: String) -> RolloutPolicy? {
    guard let service = services[service] else { return nil }
    guard options.isRollback else { return service.update }
    if let policy = service.rollback { return policy }
    // The way back is not less careful than the way there, but need not be slow.
    guard var policy = service.update else { return nil }
    (policy.parallelism, policy.delay, policy.failureAction) = (0, 0, .pause)
    return policy
  }

  /// Decides which successors serve before their predecessors end.
  mutating func chooseOrders() {
    guard !options.noStart else { return }
    var obstacles: [String: String] = [:]
    for index in decisions.indices where decisions[index].verdict == .recreate && decisions[index].wasUp {
      let decision = decisions[index]
      guard policy(of: decision.service)?.order == .startFirst else { continue }
      if let obstacle = obstacle(to: decision) {
        obstacles[decision.service] = obstacle
      } else {
        decisions[index].startsFirst = true
      }
    }
    for (service, obstacle) in obstacles.sorted(by: { $0.key < $1.key }) {
      warnings.append("service \(service) cannot be replaced start-first: \(obstacle); it is stopped first")
    }
  }

  /// Why two containers of one place cannot run side by side.
  private func obstacle(to decision: Decision) -> String? {
    guard let current = decision.current else { return nil }
    let specs = [decision.spec, current.spec]
    if stopsFirst { return "a network or volume that it uses is made anew" }
    for spec in specs {
      if spec.networkMode == .host { return "it is on the host's network" }
      if !spec.joinedContainers.isEmpty { return "it shares a namespace of another container" }
      if spec.macAddress != nil || spec.networks.contains(where: { $0.macAddress != nil }) {
        return "it has a fixed MAC address"
      }
      if spec.networks.contains(where: { $0.ipv4Address != nil || $0.ipv6Address != nil }) {
        return "it has a fixed address"
      }
    }
    if decisions.contains(where: { $0.spec.joinedContainers.contains(decision.spec.name) }) {
      return "another container shares its namespaces"
    }
    let ports = Set(specs.flatMap(\.ports).compactMap(\.hostPorts))
    let others =
      machine.own.filter { $0.service != decision.service && $0.isUp }.map(\.spec)
      + decisions.filter { $0.service != decision.service }.map(\.spec)
    if others.contains(where: { $0.ports.contains { port in port.hostPorts.map(ports.contains) ?? false } }) {
      return "a host port goes from one service to another"
    }
    return nil
  }

  /// The successor of a container that serves until it takes over.
  mutating func writeSuccessor(_ index: Int) {
    let decision = decisions[index]
    guard let old = decision.current else { return }
    var reasons = decision.reasons
    var before: [Index] = []
    let ports = newPorts(of: decision.spec)
    if !ports.isEmpty {
      before = [build.add(.requirePorts(ports), decision.object, reasons)]
      reasons = []
    }
    let temporary = ContainerReference.temporaryName(for: decision.spec.name)
    if old.spec.name == temporary {
      // A roll-out was cut short after it had taken over: its successor needs the name.
      let away = old.awayName(from: decision.spec.name)
      let change = build.add(.renameContainer(old.reference, to: away), decision.object, reasons, after: before)
      freed[temporary] = change
      before = [change]
      reasons = []
    }
    var creation = ContainerCreation(
      spec: decision.spec, service: decision.service, number: decision.number, replaces: old.reference)
    creation.spec.name = temporary
    creation.renewAnonymousVolumes = options.renewAnonymousVolumes
    let change = build.add(.createContainer(creation), decision.object, reasons, after: before)
    for mount in decision.spec.mounts where mount.kind == .volume {
      if let volume = volumes.creations[mount.source] { build.order(change, after: volume) }
    }
    for attachment in decision.spec.networks {
      if let network = networks.creations[attachment.network] { build.order(change, after: network) }
    }
    creations[decision.spec.name] = change
    decisions[index].before.append(change)
  }

  /// It starts aside, takes over when it is ready, and its predecessor ends once nobody talks to it any more.
  mutating func writeTakeOver(_ index: Int, after: [Index]) {
    let decision = decisions[index]
    guard let old = decision.current else { return }
    let object = decision.object
    let started = build.add(.startStandby(decision.reference), object, after: after)
    let start = build.addHooks(.postStart, of: decision.spec, decision.reference, object, after: started)
    let ready = build.add(
      .wait(Wait(.ready, service: decision.service, containers: [decision.reference])),
      ObjectReference(.service, decision.service, key: decision.service), after: [start])
    let take = build.add(.takeOver(decision.reference, from: old.reference), object, after: [ready])
    let away = ContainerReference(id: old.id, name: old.awayName(from: decision.spec.name))
    var moved = take
    if old.spec.name != away.name, old.spec.name != ContainerReference.temporaryName(for: decision.spec.name) {
      moved = build.add(.renameContainer(old.reference, to: away.name), object, after: [take])
      freed[old.spec.name] = moved
    }
    let named = build.add(
      .renameContainer(decision.reference, to: decision.spec.name), object, after: [moved])
    let drained = build.add(.drain(away, timeout: options.timeout), object, after: [moved])
    if let stop = writeStop(old, object, [], as: away, after: [drained]) {
      claims.add(old.spec, of: decision.service, freedBy: stop)
      decisions[index].stop = stop
      let removal = build.add(
        .removeContainer(away, volumes: options.renewAnonymousVolumes), object, after: [stop, named])
      for change in [stop, removal] { build.spareLast(change) }
      decisions[index].removal = removal
    }
    starts[decision.service, default: []].append(named)
    decisions[index].start = named
  }

  /// Puts the replicas of each service that has a policy into groups, one after the other.
  mutating func writeRollouts() {
    for name in graph.order {
      guard let policy = policy(of: name) else { continue }
      let members = (decisionsByService[name] ?? []).filter {
        decisions[$0].verdict == .recreate && decisions[$0].start != nil
      }
      let size = policy.parallelism > 0 ? policy.parallelism : max(members.count, 1)
      let object = ObjectReference(.service, name, key: name)
      var gate: Index?
      var ends: [Index] = []
      for group in stride(from: 0, to: members.count, by: size) {
        let end = min(group + size, members.count)
        for index in members[group..<end] {
          if let gate { for change in decisions[index].changes { build.order(change, after: gate) } }
          ends += watch(decisions[index], policy, object)
        }
        let check = RolloutCheck(
          service: name, replicas: members[..<end].map { decisions[$0].spec.name }, total: members.count,
          policy: policy)
        let checked = build.add(.checkRollout(check), object, after: ends)
        (gate, checks[name]) = (checked, checked)
        if policy.delay > 0, end < members.count { gate = build.add(.delay(policy.delay), object, after: [checked]) }
      }
    }
  }

  /// - Returns: the changes after which the replica is known to be well.
  private mutating func watch(_ decision: Decision, _ policy: RolloutPolicy, _ object: ObjectReference) -> [Index] {
    guard var last = decision.start else { return [] }
    if !decision.startsFirst {
      let ready = Wait(.ready, service: decision.service, containers: [decision.reference])
      last = build.add(.wait(ready), object, after: [last])
    }
    if policy.monitor > 0 {
      var steady = Wait(.steady, service: decision.service, containers: [decision.reference])
      steady.duration = policy.monitor
      last = build.add(.wait(steady), object, after: [last])
    }
    return [last] + (decision.removal.map { [$0] } ?? [])
  }
}
