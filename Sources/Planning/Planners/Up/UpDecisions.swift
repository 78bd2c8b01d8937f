import Spec

extension UpPlanner {
  mutating func decide() {
    let needed = neededRunning
    for name in graph.order where selected.contains(name) {
      let service = services[name]!
      for (index, spec) in service.containers.enumerated() {
        var decision = Decision(service: name, number: index + 1, spec: spec)
        decide(&decision, mustRun: needed.contains(name) || needed.contains(spec.name), service.onUnhealthy)
        decisions.append(decision)
      }
    }
  }

  /// Services and containers that others need running: having ended with success is not enough for them.
  private var neededRunning: Set<String> {
    var names: Set<String> = []
    for service in desired.services where selected.contains(service.name) {
      for dependency in service.dependencies where dependency.condition == .healthy { names.insert(dependency.service) }
      for spec in service.containers { names.formUnion(spec.joinedContainers) }
    }
    return names
  }

  private mutating func decide(_ decision: inout Decision, mustRun: Bool, _ onUnhealthy: OnUnhealthy) {
    let candidates = machine.byPlace[.init(service: decision.service, number: decision.number)] ?? []
    guard
      let current = UpPlanner.current(
        of: candidates, name: decision.spec.name, serving: sparesLast(of: decision.service))
    else {
      decision.reasons = [.missing]
      return
    }
    decision.current = current
    for other in candidates where other.id != current.id {
      departures.append(
        Departure(
          container: other, reason: .leftover(of: decision.spec.name), object: other.object,
          successor: other.standing == .standby ? nil : decision.spec.name))
      // It was taken over from, perhaps not of everything yet.
      if other.isUp, other.standing == .relieved, current.isUp { decision.relieves = other.reference }
    }
    if current.state == .removing || current.state == .dead {
      decision.verdict = .removeAndCreate
      decision.reasons = [.unfinished(current.state)]
      return
    }
    compare(&decision, current)
    if decision.verdict == .keep, current.isUp, current.stoppedByUser {
      decision.restartReasons = [.stopping]
    } else if decision.verdict == .keep, onUnhealthy == .restart, current.state == .running,
      current.health == .unhealthy, !options.noStart
    {
      decision.restartReasons = [.unhealthy]
    } else if decision.verdict == .keep, !options.noStart {
      decision.startReason = startReason(current, decision, mustRun: mustRun)
    }
  }

  /// Of several containers in one place, the one that counts: the one with the right name, else one that was not being
  /// replaced.
  /// - Parameter serving: one that serves comes before one with the right name that does not run.
  private static func current(
    of candidates: [ObservedContainer], name: String, serving: Bool
  ) -> ObservedContainer? {
    if candidates.count < 2 { return candidates.first }
    return candidates.min { a, b in
      func rank(_ container: ObservedContainer) -> Int {
        // Whom names and ports lead to comes before whoever has the right name.
        if container.isUp, container.standing != .inPlace { return container.isAway ? 7 : 6 }
        let hasTakenOver = container.isUp && container.spec.name == ContainerReference.temporaryName(for: name)
        if hasTakenOver { return 0 }
        if serving, container.serves, container.spec.name != name { return 2 }
        if container.spec.name == name { return serving && !container.isUp ? 3 : 1 }
        return container.isAway ? 5 : 4
      }
      return (rank(a), a.id) < (rank(b), b.id)
    }
  }

  private func compare(_ decision: inout Decision, _ current: ObservedContainer) {
    decision.verdict = .keep
    let spec = decision.spec
    if let volume = spec.mounts.first(where: { $0.kind == .volume && volumes.recreated[$0.source] != nil })
      ?? current.spec.mounts.first(where: { $0.kind == .volume && volumes.recreated[$0.source] != nil })
    {
      decision.verdict = .removeAndCreate
      decision.reasons = [.recreated(volumes.recreated[volume.source]!)]
    }

    var existing = current.spec
    if existing.name != spec.name, current.properName(spec.name) {
      existing.name = spec.name
      decision.renamesBack = true
    }
    // Where none is asked for, the machine's default one is as good as any.
    let attached = Set(spec.networks.isEmpty ? [] : current.attachedNetworks)
    let isSame = existing == spec && (spec.networkMode != .networks || isAttached(attached, as: spec))
    if !isSame, !options.noRecreate {
      let comparison = SpecComparison(container: existing, spec, service: decision.service)
      var effect = comparison.effect
      if effect != .recreate, !attach(&decision, existing, attached) { effect = .recreate }
      decision.reasons += comparison.reasons
      decision.fields = comparison.fields
      if effect == .recreate, decision.verdict == .keep { decision.verdict = .recreate }
    }
    let isForced =
      options.forceRecreate && chosen.contains(decision.service) || options.replace.contains(decision.service)
    if isForced || (options.alwaysRecreateDependencies && !chosen.contains(decision.service)) {
      if decision.verdict == .keep { decision.verdict = .recreate }
      decision.reasons.insert(.forced, at: 0)
    }
    if decision.verdict != .keep {
      decision.fields = []
      decision.renamesBack = false
      decision.moves = []
    } else if current.isUp, current.standing != .inPlace || decision.relieves != nil {
      decision.takesOver = true
      decision.reasons.append(.standby)
    } else if decision.renamesBack, decision.reasons.isEmpty {
      decision.reasons = [.unfinished(current.state)]
    }
  }

  private func isAttached(_ attached: Set<String>, as spec: ContainerSpec) -> Bool {
    attached.count == spec.networks.count && spec.networks.allSatisfy { attached.contains($0.network) }
  }

  /// Works out how the container gets onto the right networks while it stays.
  /// - Returns: false when it has to be made anew for that.
  private func attach(_ decision: inout Decision, _ existing: ContainerSpec, _ attached: Set<String>) -> Bool {
    let wanted = decision.spec
    if existing.networkMode != wanted.networkMode { return false }
    if wanted.networkMode != .networks { return existing.networks == wanted.networks }
    let before = Dictionary(existing.networks.map { ($0.network, $0) }, uniquingKeysWith: { $1 })
    let after = Dictionary(wanted.networks.map { ($0.network, $0) }, uniquingKeysWith: { $1 })
    let left = Set(before.keys).union(attached).filter { after[$0] == nil }.sorted()
    // A record of an attachment that is gone is only taken back by making the container anew.
    guard left.allSatisfy(attached.contains) else { return false }
    let joined = wanted.networks.filter { !attached.contains($0.network) }
    let altered = wanted.networks.filter { attached.contains($0.network) && before[$0.network] != $0 }
    // The only network cannot be left and joined again.
    if !altered.isEmpty, attached.count + joined.count == 1 { return false }
    // Published ports lead to the address on the network with the default route.
    let changed = Set(left + (joined + altered).map(\.network))
    if !wanted.ports.isEmpty, !changed.isEmpty {
      let gateway = wanted.gatewayNetwork
      guard existing.gatewayNetwork == gateway, !changed.contains(gateway ?? "") else { return false }
    }
    decision.moves = joined.map { .connect($0) }
    for attachment in altered { decision.moves += [.disconnect(attachment.network), .connect(attachment)] }
    decision.moves += left.map { .disconnect($0) }
    decision.reasons += joined.filter { before[$0.network] != nil }.map { .detached(network: $0.network) }
    decision.reasons += left.filter { before[$0] == nil }.map { .attached(network: $0) }
    return true
  }

  private func startReason(_ current: ObservedContainer, _ decision: Decision, mustRun: Bool) -> Reason? {
    switch current.state {
    case .running, .restarting: return nil
    case .paused: return .paused
    case .created: return .neverStarted
    case .exited, .removing, .dead:
      let restart = options.noRecreate ? current.spec.restart : decision.spec.restart
      if current.hasCompleted(restart), !mustRun, !(options.rerunCompleted && chosen.contains(decision.service)) {
        return nil
      }
      if current.stoppedByUser { return .stopped }
      return .exited(code: current.exitCode, outOfMemory: current.oomKilled, restart: restart.condition)
    }
  }
}

extension ContainerSpec {
  /// The network with the default route: the highest `gw_priority`, then the first in the order of attaching.
  var gatewayNetwork: String? {
    networks.max { a, b in
      (a.gatewayPriority, a.priority, b.network) < (b.gatewayPriority, b.priority, a.network)
    }?.network
  }
}
