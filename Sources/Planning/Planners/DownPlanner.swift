import Diagnostics

extension Plan {
  /// What removes a project from a machine: containers in reverse dependency order, then its networks, and what else is
  /// asked for. What the project does not own is never touched.
  /// - Parameter desired: gives the order, and tells orphans from services; `nil`: everything of the project goes.
  /// - Parameter applied: gives the order where `desired` is not known.
  public static func down(
    _ project: String, _ desired: Desired?, _ observed: Observed, _ options: DownOptions = DownOptions(),
    applied: Desired? = nil
  ) throws -> Plan {
    var planner = try DownPlanner(project, desired, observed, options, applied)
    return try planner.plan()
  }
}

struct DownPlanner {
  let project: String
  let desired: Desired?
  let options: DownOptions
  let graph: ServiceGraph
  let machine: MachineIndex
  var build = PlanBuilder()
  var warnings: [String] = []
  var going: [ObservedContainer] = []
  var staying: [ObservedContainer] = []
  /// By id.
  var removals: [String: PlanBuilder.Index] = [:]

  init(
    _ project: String, _ desired: Desired?, _ observed: Observed, _ options: DownOptions, _ applied: Desired?
  ) throws {
    self.project = project
    self.desired = desired
    self.options = options
    graph = try ServiceGraph((desired ?? applied)?.services ?? [])
    machine = MachineIndex(observed, project: project)
    for name in options.services where !isKnown(name) {
      throw desired?.noService(name) ?? Failure(.notFound, "no such service", subject: "service \(name)")
    }
  }

  mutating func plan() throws -> Plan {
    choose()
    writeContainers()
    if options.services.isEmpty { writeNetworks() }
    if options.services.isEmpty, options.volumes { writeVolumes() }
    if let images = options.images { writeImages(images) }
    return Plan(project: project, operation: .down, changes: try build.sorted(), warnings: warnings)
  }

  private func isKnown(_ service: String) -> Bool {
    graph.dependencies[service] != nil || desired?.disabledServices.contains(service) == true
      || machine.own.contains { $0.service == service }
  }

  private mutating func choose() {
    let named = Set(options.services)
    var orphans: [String] = []
    let disabled = Set(desired?.disabledServices ?? [])
    // Docker Compose takes what `run` made only together with orphans, and a service that is not enabled not at all.
    let oneOff = options.removeOrphans || desired == nil ? machine.oneOff : []
    staying = oneOff.isEmpty ? machine.oneOff : []
    for container in machine.own + oneOff {
      let isDisabled = disabled.contains(container.service)
      let isOrphan = desired != nil && graph.dependencies[container.service] == nil && !isDisabled
      if !named.isEmpty ? named.contains(container.service) : !isDisabled && (!isOrphan || options.removeOrphans) {
        going.append(container)
      } else {
        staying.append(container)
        if isOrphan, named.isEmpty { orphans.append(container.spec.name) }
      }
    }
    if !orphans.isEmpty {
      warnings.append(
        "containers of services that the project does not have any more: \(orphans.sorted().joined(separator: ", "));"
          + " remove them with --remove-orphans")
    }
  }

  private mutating func writeContainers() {
    let place = Dictionary(graph.order.enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 })
    // Dependents first; containers of no known service before all, because nothing is known of what they use.
    let ordered = going.sorted { a, b in
      let (first, second) = (place[a.service] ?? .max, place[b.service] ?? .max)
      return first != second ? first > second : (a.service, -a.number, a.id) < (b.service, -b.number, b.id)
    }
    var stopsByService: [String: [PlanBuilder.Index]] = [:]
    for container in ordered {
      let isOrphan = desired != nil && place[container.service] == nil
      let reason: Reason = isOrphan ? .orphan(service: container.service) : .requested
      var before: [PlanBuilder.Index] = []
      if container.isUp {
        let stop = build.addStop(container, timeout: options.timeout, reasons: [reason])
        stopsByService[container.service, default: []].append(stop)
        before = [stop]
      }
      removals[container.id] = build.add(
        .removeContainer(container.reference, volumes: options.volumes), container.object,
        before.isEmpty ? [reason] : [], after: before)
    }
    build.orderStops(stopsByService, graph)
  }

  private mutating func writeNetworks() {
    let external = Set((desired?.networks ?? []).filter(\.external).map(\.spec.name))
    for network in machine.networks.values.sorted(by: { $0.spec.name < $1.spec.name })
    where network.project == project && !external.contains(network.spec.name) {
      let name = network.spec.name
      if let user = staying.first(where: { $0.attachedNetworks.contains(name) }) {
        warnings.append("network \(name) stays: container \(user.spec.name) is attached to it")
        continue
      }
      let after = going.filter { $0.attachedNetworks.contains(name) }.compactMap { removals[$0.id] }
      build.add(
        .removeNetwork(network.id), ObjectReference(.network, name, key: network.key), [.requested], after: after)
    }
  }

  /// Only volumes that the project names: one that it named once holds data that nobody spoke of now.
  private mutating func writeVolumes() {
    let named = desired.map { Set($0.volumes.filter { !$0.external }.map(\.spec.name)) }
    for volume in machine.volumes.values.sorted(by: { $0.spec.name < $1.spec.name })
    where volume.project == project && named?.contains(volume.spec.name) ?? true {
      let name = volume.spec.name
      if let user = staying.first(where: { $0.mounts(volume: name) }) {
        warnings.append("volume \(name) stays: container \(user.spec.name) uses it")
        continue
      }
      let after = going.filter { $0.mounts(volume: name) }.compactMap { removals[$0.id] }
      build.add(.removeVolume(name), ObjectReference(.volume, name, key: volume.key), [.requested], after: after)
    }
  }

  private mutating func writeImages(_ which: DownOptions.Images) {
    let named = Set(options.services)
    var users: [String: [PlanBuilder.Index]] = [:]
    func isWanted(_ image: String, of service: String) -> Bool {
      !image.isEmpty && (which == .all || image == "\(project)-\(service)" || image == "\(project)_\(service)")
    }
    for service in desired?.services ?? [] where named.isEmpty || named.contains(service.name) {
      for spec in service.containers where isWanted(spec.image, of: service.name) {
        users[spec.image, default: []] += []
      }
    }
    for container in going where isWanted(container.spec.image, of: container.service) {
      users[container.spec.image, default: []] += removals[container.id].map { [$0] } ?? []
    }
    for (image, removals) in users.sorted(by: { $0.key < $1.key }) {
      if staying.contains(where: { $0.spec.image == image }) { continue }
      build.add(.removeImage(image), ObjectReference(.image, image), [.requested], after: removals)
    }
  }
}

extension PlanBuilder {
  /// Each service stops after those that depend on it, also through services that do not run.
  mutating func orderStops(_ stops: [String: [Index]], _ graph: ServiceGraph) {
    // What a stop of a service waits for, from the last dependents down.
    var waits: [String: [Index]] = [:]
    for name in graph.order.reversed() {
      let own = stops[name] ?? []
      for stop in own { order(stop, after: waits[name] ?? []) }
      let passed = own.isEmpty ? waits[name] ?? [] : own
      for dependency in graph.dependencies[name] ?? [] { waits[dependency.service, default: []] += passed }
    }
  }
}
