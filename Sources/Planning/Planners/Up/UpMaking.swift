import Diagnostics
import Spec

/// Writing down what is made, moved, changed and stopped. Starts come later: they wait for all of this.
extension UpPlanner {
  mutating func writeDepartures() {
    let names = decisions.map(\.spec.name)
    let wanted = Set(names + names.map(ContainerReference.temporaryName))
    for index in departures.indices {
      let container = departures[index].container
      let stop = writeStop(container, departures[index].object, [departures[index].reason])
      if let stop { claims.add(container.spec, of: container.service, freedBy: stop) }
      let removal = build.add(
        .removeContainer(container.reference, volumes: false), departures[index].object,
        stop == nil ? [departures[index].reason] : [], after: stop.map { [$0] } ?? [])
      if sparesLast(of: container.service) { for change in [stop, removal] { change.map { build.spareLast($0) } } }
      departures[index].removal = removal
      departures[index].stop = stop
      freed[container.spec.name] = removal
      // A predecessor stays until its successor runs, unless something needs its name or its network.
      if stopsFirst || wanted.contains(container.spec.name) { departures[index].successor = nil }
      leaveVolumes(of: container, at: removal)
      if let stop, let successor = departures[index].successor { predecessorStops[successor] = stop }
    }
  }

  mutating func writeMaking(of index: Int) {
    let first = build.changes.count
    defer { decisions[index].changes += first..<build.changes.count }
    if decisions[index].isRight { unchanged.append(.init(decisions[index].object, decisions[index].current?.state)) }
    switch decisions[index].verdict {
    case .create: writeCreation(index, decisions[index].reasons)
    case .removeAndCreate: writeRemovalAndCreation(index)
    case .recreate: decisions[index].startsFirst ? writeSuccessor(index) : writeRecreation(index)
    case .keep: writeChangesInPlace(index)
    }
  }

  private mutating func writeCreation(
    _ index: Int, _ reasons: [Reason], replacing old: ContainerReference? = nil, after: [Index] = []
  ) {
    let decision = decisions[index]
    var creation = ContainerCreation(
      spec: decision.spec, service: decision.service, number: decision.number, replaces: old)
    creation.renewAnonymousVolumes = options.renewAnonymousVolumes && old != nil
    let change = build.add(.createContainer(creation), decision.object, reasons, after: after)
    for mount in decision.spec.mounts where mount.kind == .volume {
      if let volume = volumes.creations[mount.source] { build.order(change, after: volume) }
    }
    for attachment in decision.spec.networks {
      if let network = networks.creations[attachment.network] { build.order(change, after: network) }
    }
    creations[decision.spec.name] = change
    decisions[index].before.append(change)
  }

  private mutating func writeRecreation(_ index: Int) {
    let decision = decisions[index]
    guard let old = decision.current else { return }
    let away = old.awayName(from: decision.spec.name)
    var reasons = decision.reasons
    var moved: [Index] = []
    let ports = old.isUp && !options.noStart ? newPorts(of: decision.spec) : []
    if !ports.isEmpty {
      moved = [build.add(.requirePorts(ports), decision.object, reasons)]
      reasons = []
    }
    if old.spec.name != away {
      let change = build.add(.renameContainer(old.reference, to: away), decision.object, reasons, after: moved)
      freed[old.spec.name] = change
      moved = [change]
      reasons = []
    }
    let oldReference = ContainerReference(id: old.id, name: away)
    writeCreation(index, reasons, replacing: oldReference, after: moved)
    // The old one runs until its successor is made: if that fails, nothing is lost.
    let made = stopsFirst ? moved : decisions[index].before
    if let stop = writeStop(old, decision.object, [], as: oldReference, after: made) {
      claims.add(old.spec, of: decision.service, freedBy: stop)
      stops[decision.service, default: []].append(stop)
      decisions[index].stop = stop
      decisions[index].before.append(stop)
    }
  }

  /// Host ports that no running container of the project holds: whether they are free is found out before anything is
  /// replaced.
  func newPorts(of spec: ContainerSpec) -> [PortSpec] {
    spec.ports.filter { port in
      guard let range = port.hostPorts, range.count == 1 else { return false }
      return !machine.own.contains { container in
        container.isUp
          && container.spec.ports.contains { $0.hostPorts == range && $0.transport == port.transport }
      }
    }
  }

  private mutating func writeRemovalAndCreation(_ index: Int) {
    let decision = decisions[index]
    guard let old = decision.current else { return }
    let stop = writeStop(old, decision.object, decision.reasons)
    if let stop {
      claims.add(old.spec, of: decision.service, freedBy: stop)
      stops[decision.service, default: []].append(stop)
      decisions[index].stop = stop
    }
    let removal = build.add(
      .removeContainer(old.reference, volumes: false), decision.object, stop == nil ? decision.reasons : [],
      after: stop.map { [$0] } ?? [])
    freed[old.spec.name] = removal
    leaveVolumes(of: old, at: removal)
    writeCreation(index, [], after: [removal])
  }

  private mutating func writeChangesInPlace(_ index: Int) {
    let decision = decisions[index]
    guard let current = decision.current else { return }
    // Reasons stand at the first change of the container.
    var reasons = decision.allReasons
    func take() -> [Reason] {
      defer { reasons = [] }
      return reasons
    }
    var before: [Index] = []
    if decision.takesOver {
      let change = build.add(
        .takeOver(decision.reference, from: decision.relieves), decision.object, take())
      for departure in departures where departure.container.id == decision.relieves?.id {
        for end in [departure.stop, departure.removal] { if let end { build.order(end, after: change) } }
      }
      before.append(change)
    }
    if decision.renamesBack {
      let change = build.add(
        .renameContainer(current.reference, to: decision.spec.name), decision.object, take(), after: before)
      freed[current.spec.name] = change
      creations[decision.spec.name] = change
      before.append(change)
    }
    if !decision.fields.isEmpty {
      before.append(
        build.add(
          .updateContainer(decision.reference, to: decision.spec, fields: decision.fields), decision.object, take(),
          after: before))
    }
    var stopped: [Index] = []
    if !decision.restartReasons.isEmpty,
      let stop = writeStop(current, decision.object, take(), as: decision.reference)
    {
      stops[decision.service, default: []].append(stop)
      decisions[index].stop = stop
      stopped = [stop]
      // It may have become well again.
      if decision.restartReasons == [.unhealthy], sparesLast(of: decision.service) { build.spareLast(stop) }
    }
    for move in decision.moves {
      let after = before + stopped
      switch move {
      case .connect(let attachment):
        let change = build.add(.connect(decision.reference, attachment), decision.object, take(), after: after)
        if let network = networks.creations[attachment.network] { build.order(change, after: network) }
        before.append(change)
      case .disconnect(let network):
        before.append(build.add(.disconnect(decision.reference, network), decision.object, take(), after: after))
      }
    }
    decisions[index].before = before + stopped
  }

  mutating func writeStop(
    _ container: ObservedContainer, _ object: ObjectReference, _ reasons: [Reason],
    as reference: ContainerReference? = nil, after: [Index] = []
  ) -> Index? {
    guard container.isUp else { return nil }
    let stop = build.addStop(
      container, as: reference, object, timeout: options.timeout, reasons: reasons, after: after)
    for network in container.attachedNetworks {
      if let removal = networks.removals[network] { build.order(removal, after: stop) }
    }
    return stop
  }

  /// A volume that is made anew waits until all containers that have it are gone.
  private mutating func leaveVolumes(of container: ObservedContainer, at removal: Index) {
    for (volume, change) in volumes.removals where container.mounts(volume: volume) {
      build.order(change, after: removal)
    }
  }

  /// Names, references and the order of stops.
  mutating func orderMaking() {
    for decision in decisions {
      let own = [decision.stop, predecessorStops[decision.spec.name]]
      if decision.comesUp,
        claims.stops(before: runningSpec(of: decision), of: decision.service).contains(where: { !own.contains($0) })
      {
        passesClaims = true
      }
      if let stop = decision.stop, let current = decision.current {
        for name in current.spec.joinedContainers { joinerStops[name, default: []].append(stop) }
      }
      guard let creation = creations[decision.spec.name] else { continue }
      for departure in departures
      where decision.isNew && departure.container.service == decision.service
        && departure.container.number == decision.number && departure.container.standing == .standby
      {
        if let removal = departure.removal { build.order(creation, after: removal) }
      }
      let name = decision.startsFirst ? ContainerReference.temporaryName(for: decision.spec.name) : decision.spec.name
      if let holder = machine.byName[name], !(decision.verdict == .keep && !decision.renamesBack) {
        if let free = freed[name] {
          build.order(creation, after: free)
        } else {
          failures.append(nameTaken(decision, name, by: holder))
        }
      }
      guard decision.isNew else { continue }
      for name in decision.spec.referencedContainers {
        if let other = creations[name] { build.order(creation, after: other) }
      }
    }
    // What restarts with a dependency is stopped before it.
    for (service, dependencies) in graph.dependencies {
      guard let dependents = stops[service] else { continue }
      for dependency in dependencies where dependency.restart {
        for stop in stops[dependency.service] ?? [] { build.order(stop, after: dependents) }
      }
    }
  }

  private func nameTaken(_ decision: Decision, _ name: String, by holder: ObservedContainer) -> Failure {
    let owner = holder.project.isEmpty ? "" : " of project \(holder.project)"
    let isOrphan = holder.project == desired.project && services[holder.service] == nil
    return Failure(
      .conflict, "the name \(name) is taken by container \(holder.id.prefix(12))\(owner)",
      subject: "services.\(decision.service)",
      hint: isOrphan
        ? "it is an orphan of this project: --remove-orphans removes it"
        : "remove or rename that container, or give this one another container_name")
  }
}
