import Diagnostics

extension Plan {
  /// `start`, `stop`, `restart` or `remove` of what a project has on a machine: nothing is made, nothing is compared.
  /// - Parameter desired: gives the order of services; `nil`: none is known.
  public static func lifecycle(
    _ operation: Operation, _ project: String, _ desired: Desired?, _ observed: Observed,
    _ selection: Selection = Selection()
  ) throws -> Plan {
    var planner = try LifecyclePlanner(operation, project, desired, observed, selection)
    return try planner.plan()
  }
}

struct LifecyclePlanner {
  typealias Index = PlanBuilder.Index

  let operation: Plan.Operation
  let project: String
  let selection: Selection
  let graph: ServiceGraph
  let machine: MachineIndex
  /// Dependencies first, then services that the project does not name.
  let order: [String]
  let chosen: Set<String>
  var build = PlanBuilder()
  var unchanged: [Plan.Unchanged] = []
  var stops: [String: [Index]] = [:]
  var starts: [String: [Index]] = [:]
  var stopsByID: [String: Index] = [:]
  /// By service: the last step of `pre_start`.
  var prepared: [String: [Index]] = [:]

  init(
    _ operation: Plan.Operation, _ project: String, _ desired: Desired?, _ observed: Observed, _ selection: Selection
  ) throws {
    self.operation = operation
    self.project = project
    self.selection = selection
    graph = try ServiceGraph(desired?.services ?? [])
    machine = MachineIndex(observed, project: project)
    let present = Set(machine.byService.keys)
    for name in selection.services where graph.dependencies[name] == nil && !present.contains(name) {
      throw desired?.noService(name) ?? Failure(.notFound, "no such service", subject: "service \(name)")
    }
    let known = graph.dependencies
    order = graph.order + present.filter { known[$0] == nil }.sorted()
    var chosen = Set(selection.services.isEmpty ? order : selection.services)
    // A service that is not enabled is touched only by its name, as with Docker Compose.
    if selection.services.isEmpty { chosen.subtract(desired?.disabledServices ?? []) }
    if operation == .start, !selection.noDependencies { chosen.formUnion(graph.closure(of: Array(chosen))) }
    if operation == .restart, !selection.noDependencies {
      for name in graph.order
      where (graph.dependencies[name] ?? []).contains(where: { $0.restart && chosen.contains($0.service) }) {
        chosen.insert(name)
      }
    }
    self.chosen = chosen
  }

  mutating func plan() throws -> Plan {
    switch operation {
    case .start: try requireContainers()
    case .stop: writeStops()
    case .restart:
      try requireContainers()
      writeStops()
    case .remove: writeRemovals()
    case .up, .down: throw Failure(.invalidInput, "\(operation.rawValue) has a planner of its own")
    }
    if operation == .start || operation == .restart { writeStarts() }
    return Plan(project: project, operation: operation, changes: try build.sorted(), unchanged: unchanged)
  }

  private func requireContainers() throws(Failure) {
    for name in selection.services where containers(of: name).isEmpty {
      throw Failure(
        .notFound, "service has no container to \(operation.rawValue)", subject: "service \(name)",
        hint: "`up` makes it")
    }
  }

  private func containers(of service: String) -> [ObservedContainer] {
    (machine.byService[service] ?? []).map { machine.own[$0] }
  }

  private mutating func writeStops() {
    for name in order.reversed() where chosen.contains(name) {
      for container in containers(of: name) where container.isUp {
        let stop = build.addStop(container, timeout: selection.timeout, reasons: [.requested])
        stops[name, default: []].append(stop)
        stopsByID[container.id] = stop
      }
    }
    build.orderStops(stops, graph)
  }

  private mutating func writeStarts() {
    for name in order where chosen.contains(name) {
      let members = containers(of: name).filter {
        $0.state != .removing && $0.state != .dead && selection.resumed?.contains($0.id) ?? true
      }
      let waits = (graph.dependencies[name] ?? []).flatMap { changes(for: $0, of: name) }
      for container in members {
        if operation == .start, container.isUp, !container.stoppedByUser {
          unchanged.append(.init(container.object, container.state))
          continue
        }
        var stop = stopsByID[container.id]
        if stop == nil, container.isUp {
          stop = build.addStop(container, timeout: selection.timeout, reasons: [.stopping])
        }
        var after = waits + (stop.map { [$0] } ?? []) + (stops[name] ?? []) + (prepared[name] ?? [])
        if container.state == .created {
          let isFirst = members.allSatisfy { $0.state == .created } && members.first?.id == container.id
          after = build.addPreStart(
            container.spec, container.reference, container.object, service: name, isFirst: isFirst, after: after)
          if isFirst { prepared[name] = after }
        }
        let start = build.add(
          .start(container.reference), container.object, stop == nil ? [.requested] : [],
          after: after)
        starts[name, default: []].append(
          build.addHooks(.postStart, of: container.spec, container.reference, container.object, after: start))
      }
      if selection.wait, !members.isEmpty {
        let wait = Wait(.ready, service: name, containers: members.map(\.reference))
        build.add(
          .wait(wait), ObjectReference(.service, name, key: name), [.requested], after: starts[name] ?? [])
      }
    }
  }

  private mutating func changes(for dependency: Dependency, of dependent: String) -> [Index] {
    guard let begun = starts[dependency.service], !begun.isEmpty else { return [] }
    let condition: Wait.Condition
    switch dependency.condition {
    case .started: return begun
    case .healthy: condition = .healthy
    case .completed: condition = .completed
    }
    let wait = Wait(
      condition, service: dependency.service,
      containers: containers(of: dependency.service).filter { selection.resumed?.contains($0.id) ?? true }.map(
        \.reference),
      required: dependency.required && selection.resumed == nil)
    let object = ObjectReference(.service, dependency.service, key: dependency.service)
    return [build.add(.wait(wait), object, [.needed(by: [dependent])], after: begun)]
  }

  private mutating func writeRemovals() {
    for name in order.reversed() where chosen.contains(name) {
      for container in containers(of: name) {
        var before: [Index] = []
        if container.isUp {
          guard selection.stop else {
            unchanged.append(.init(container.object, container.state))
            continue
          }
          before = [build.addStop(container, timeout: selection.timeout, reasons: [.requested])]
          stops[name, default: []] += before
        }
        build.add(
          .removeContainer(container.reference, volumes: selection.volumes), container.object,
          before.isEmpty ? [.requested] : [], after: before)
      }
    }
    build.orderStops(stops, graph)
  }
}
