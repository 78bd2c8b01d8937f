import Diagnostics
import Spec

extension Plan {
  /// What makes a machine that is as `observed` have what is `desired`, and no more than that.
  ///
  /// Pure: the same values give the same plan. A container that is right is not touched; one that is not is changed in
  /// place where that can be done, and made anew where not.
  /// - Throws: `Failure`, or `Failures` when there are several, where the machine cannot be made so: an external network
  ///   is missing, a name is taken.
  public static func up(_ desired: Desired, _ observed: Observed, _ options: UpOptions = UpOptions()) throws -> Plan {
    var planner = try UpPlanner(desired.scaled(options.scale), observed, options)
    return try planner.plan()
  }
}

/// The work of planning `up`: decide for each container by itself, spread what follows from that, write the changes
/// down, order them.
struct UpPlanner {
  typealias Index = PlanBuilder.Index

  let desired: Desired
  let options: UpOptions
  let graph: ServiceGraph
  let services: [String: DesiredService]
  /// The services that were named, or all.
  let chosen: Set<String>
  /// The chosen ones and what they depend on.
  var selected: Set<String>
  let machine: MachineIndex
  /// Services that are left alone for now.
  let held: Set<String>

  var build = PlanBuilder()
  var unchanged: [Plan.Unchanged] = []
  var warnings: [String] = []
  var failures: [Failure] = []

  var networks = ResourceChanges()
  var volumes = ResourceChanges()
  /// In dependency order, dependencies first.
  var decisions: [Decision] = []
  var decisionsByService: [String: [Int]] = [:]
  /// Containers that go.
  var departures: [Departure] = []

  // Changes that are written down, by what others wait for.
  /// When the name of a container is free for another.
  var freed: [String: Index] = [:]
  /// By the container's name.
  var creations: [String: Index] = [:]
  /// By service.
  var starts: [String: [Index]] = [:]
  /// By service, of containers that have a successor or come back themselves.
  var stops: [String: [Index]] = [:]
  /// Of containers that share a namespace of the one with that name.
  var joinerStops: [String: [Index]] = [:]
  /// Stops that free host ports and addresses.
  var claims = ClaimIndex()
  /// A port or address goes from one container to another.
  var passesClaims = false
  /// Of containers that were left behind when they were being replaced, by the name of their successor.
  var predecessorStops: [String: Index] = [:]
  var gates: [GateKey: Gate] = [:]
  /// By service: the last check of its roll-out.
  var checks: [String: Index] = [:]
  /// By service: the last step of `pre_start`.
  var prepared: [String: [Index]] = [:]

  init(_ desired: Desired, _ observed: Observed, _ options: UpOptions) throws {
    self.desired = desired
    self.options = options
    graph = try ServiceGraph(desired.services)
    services = Dictionary(desired.services.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    for name in options.services + options.replace where services[name] == nil { throw desired.noService(name) }
    chosen = Set(options.services.isEmpty ? desired.services.map(\.name) : options.services)
    selected = options.noDependencies ? chosen : graph.closure(of: Array(chosen))
    held = graph.dependents(of: options.held)
    selected.subtract(held)
    machine = MachineIndex(observed, project: desired.project)
  }

  mutating func plan() throws -> Plan {
    planNetworks()
    planVolumes()
    decide()
    spreadRestarts()
    for index in decisions.indices { decisionsByService[decisions[index].service, default: []].append(index) }
    chooseOrders()
    findDepartures()
    findConflicts()
    if failures.count == 1 { throw failures[0] }
    if !failures.isEmpty { throw Failures(failures) }

    writeResources()
    writeDepartures()
    for index in decisions.indices { writeMaking(of: index) }
    orderMaking()
    for index in decisions.indices { writeStarting(of: index) }
    writeEnds()
    if failures.count == 1 { throw failures[0] }
    if !failures.isEmpty { throw Failures(failures) }
    return Plan(
      project: desired.project, operation: .up, changes: try build.sorted(), unchanged: unchanged, warnings: warnings)
  }

  /// A network, volume or name stands in the way: `stop` cannot wait until the successor is made.
  var stopsFirst: Bool { !networks.recreated.isEmpty || !volumes.recreated.isEmpty }
}

/// What becomes of networks or volumes, by their name on the machine.
struct ResourceChanges {
  var recreated: [String: ObjectReference] = [:]
  var missing: Set<String> = []
  var reasons: [String: [Reason]] = [:]
  var removals: [String: PlanBuilder.Index] = [:]
  var creations: [String: PlanBuilder.Index] = [:]
}
