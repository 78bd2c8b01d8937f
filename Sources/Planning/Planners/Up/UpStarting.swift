import Spec

struct GateKey: Hashable {
  var service: String
  var condition: Wait.Condition
  var required: Bool
}

struct Gate {
  var change: PlanBuilder.Index
  var neededBy: [String]
}

/// Writing down starts, what they wait for, and what goes once they are done.
extension UpPlanner {
  mutating func writeStarting(of index: Int) {
    let first = build.changes.count
    defer { decisions[index].changes += first..<build.changes.count }
    let decision = decisions[index]
    // What ran and was stopped for another change is started again even where nothing else is.
    guard decision.comesUp, !options.noStart || !decision.restartReasons.isEmpty else { return }
    let action: Action =
      decision.startReason == .paused && decision.restartReasons.isEmpty
      ? .unpause(decision.reference) : .start(decision.reference)
    let isFirst = decision.before.isEmpty
    var after = decision.before + claims.stops(before: runningSpec(of: decision), of: decision.service)
    // What stays as it was may be on networks that the project does not put it on any more.
    let attached = decision.verdict == .keep ? decision.current?.attachedNetworks ?? [] : []
    for network in decision.spec.networks.map(\.network) + attached {
      if let creation = networks.creations[network] { after.append(creation) }
    }
    let dependencies = (graph.dependencies[decision.service] ?? []).flatMap { changes(for: $0, of: decision.service) }
    after += dependencies
    if decision.startsFirst { return writeTakeOver(index, after: writePreStart(index, after: after)) }
    let predecessor = decision.isNew ? decision.stop : predecessorStops[decision.spec.name]
    if let predecessor {
      after.append(predecessor)
      if stopsLate(decision) { build.order(predecessor, after: dependencies) }
    }
    after = writePreStart(index, after: after)
    let start = build.add(action, decision.object, isFirst ? decision.allReasons : [], after: after)
    let spec = runningSpec(of: decision)
    let running =
      if case .start = action {
        build.addHooks(.postStart, of: spec, decision.reference, decision.object, after: start)
      } else { start }
    starts[decision.service, default: []].append(running)
    decisions[index].start = start
    // A container that shares a namespace has to be out of it before that is made anew.
    for stop in joinerStops[decision.spec.name] ?? [] { build.order(start, after: stop) }
  }

  /// A container that was started once has been prepared; what is made anew, or never was, is prepared now. What the
  /// service needs only once is done before its first replica starts, unless another one was there already.
  private mutating func writePreStart(_ index: Int, after: [Index]) -> [Index] {
    let decision = decisions[index]
    let spec = runningSpec(of: decision)
    guard spec.preStart != nil, decision.isUnprepared else { return after }
    let members = decisionsByService[decision.service] ?? []
    let isFirst = members.first == index && members.allSatisfy { decisions[$0].isUnprepared }
    let last = build.addPreStart(
      spec, decision.reference, decision.object, service: decision.service, isFirst: isFirst,
      after: after + (prepared[decision.service] ?? []))
    if isFirst { prepared[decision.service] = last }
    return last
  }

  /// A predecessor runs on until nothing but its own end keeps its successor from starting, so that a dependency that
  /// fails takes nothing down with it. Not where others wait for its end: for its ports, its networks, or because it
  /// restarts with what it depends on.
  private func stopsLate(_ decision: Decision) -> Bool {
    if stopsFirst || passesClaims { return false }
    return !(graph.dependencies[decision.service] ?? []).contains(where: \.restart)
      && decision.spec.joinedContainers.isEmpty && decision.current?.spec.joinedContainers.isEmpty ?? true
  }

  /// What a start waits for because of one of its service's dependencies.
  private mutating func changes(for dependency: Dependency, of dependent: String) -> [Index] {
    guard services[dependency.service] != nil else { return [] }
    let begun = starts[dependency.service] ?? []
    guard selected.contains(dependency.service), !options.noStart else { return begun }
    let condition: Wait.Condition
    switch dependency.condition {
    case .started: return begun
    case .healthy: condition = .healthy
    case .completed: condition = .completed
    }
    let key = GateKey(service: dependency.service, condition: condition, required: dependency.required)
    if let gate = gates[key] {
      if gate.neededBy.last != dependent { gates[key]!.neededBy.append(dependent) }
      return [gate.change]
    }
    let members = decisionsByService[dependency.service] ?? []
    guard members.contains(where: { !holds(condition, of: decisions[$0]) }) else { return begun }
    let wait = Wait(
      condition, service: dependency.service, containers: members.map { decisions[$0].reference },
      required: dependency.required)
    let gate = build.add(
      .wait(wait), ObjectReference(.service, dependency.service, key: dependency.service), after: begun)
    gates[key] = Gate(change: gate, neededBy: [dependent])
    return [gate]
  }

  func holds(_ condition: Wait.Condition, of decision: Decision) -> Bool {
    guard !decision.comesUp, let current = decision.current else { return false }
    return switch condition {
    case .healthy: current.state == .running && current.health == .healthy
    case .completed: current.state == .exited && current.exitCode == 0
    case .ready, .steady: current.isReady || current.hasCompleted(decision.spec.restart)
    }
  }

  mutating func writeEnds() {
    for gate in gates.values { build.setReasons([.needed(by: gate.neededBy)], of: gate.change) }
    for index in decisions.indices where decisions[index].verdict == .recreate && !decisions[index].startsFirst {
      let decision = decisions[index]
      guard let old = decision.current else { continue }
      let reference = ContainerReference(id: old.id, name: old.awayName(from: decision.spec.name))
      decisions[index].removal = build.add(
        .removeContainer(reference, volumes: options.renewAnonymousVolumes), decision.object,
        after: decision.start.map { [$0] } ?? decision.before)
    }
    if !options.noStart {
      writeRollouts()
      delaySurplus()
    }
    let started = Dictionary(
      decisions.compactMap { decision in decision.start.map { (decision.spec.name, $0) } }, uniquingKeysWith: { $1 })
    for departure in departures {
      if let removal = departure.removal, let successor = departure.successor, let start = started[successor] {
        build.order(removal, after: start)
      }
    }
    if options.removeOrphans, options.services.isEmpty { writeOrphanNetworks() }
    if options.wait, !options.noStart { writeFinalWaits() }
  }

  /// Networks of the project that it does not name any more, once nothing is attached to them.
  private mutating func writeOrphanNetworks() {
    let wanted = Set(desired.networks.map(\.spec.name))
    for network in machine.networks.values.sorted(by: { $0.spec.name < $1.spec.name })
    where network.project == desired.project && !wanted.contains(network.spec.name) {
      let name = network.spec.name
      var after: [Index] = []
      var isUsed = machine.oneOff.contains { $0.attachedNetworks.contains(name) }
      for container in machine.own where container.attachedNetworks.contains(name) {
        if let change = build.lastDeparture(of: container.id, from: name) {
          after.append(change)
        } else {
          isUsed = true
        }
      }
      guard !isUsed else { continue }
      build.add(
        .removeNetwork(network.id), ObjectReference(.network, name, key: network.key),
        [.unused], after: after)
    }
  }

  private mutating func writeFinalWaits() {
    for name in graph.order where chosen.contains(name) {
      let pending = (decisionsByService[name] ?? []).map { decisions[$0] }.filter { !holds(.ready, of: $0) }
      // Whatever a dependent waits for is more than that.
      let isWaitedFor = [.healthy, .completed].contains {
        gates[.init(service: name, condition: $0, required: true)] != nil
      }
      guard !pending.isEmpty, !isWaitedFor else { continue }
      let wait = Wait(.ready, service: name, containers: pending.map(\.reference))
      build.add(
        .wait(wait), ObjectReference(.service, name, key: name), [.requested],
        after: (starts[name] ?? []) + pending.flatMap(\.before))
    }
  }
}
