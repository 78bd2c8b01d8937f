import Diagnostics
import Planning
import SeededRandom
import Spec

/// A promise that was broken, with what led to it.
struct Broken: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// A machine with programs that get healthy, or not, and end when they like; and with people who interfere. Whatever a
/// reconciler does to it is checked against what it must never do.
struct SimulatedMachine {
  static let project = "shop"

  private(set) var observed = Observed() {
    didSet { revision += 1 }
  }
  /// Grows with everything that happens to it.
  private(set) var revision = 0
  /// Services that are replaced start-first.
  var startFirst: Set<String> = []
  private var made = 0
  /// The revision at which nothing happens by itself.
  private var calm: Int?

  init() {
    // Things of others, which nobody here may touch.
    observed.networks.append(ObservedNetwork(id: "outer", spec: NetworkSpec(name: "outer")))
    var other = ObservedContainer(
      id: newID(), project: "other", service: "web", number: 1, spec: ContainerSpec(name: "other-web-1", image: "x"),
      state: .running)
    other.attachedNetworks = ["outer"]
    var run = ObservedContainer(
      id: newID(), project: Self.project, service: "web", number: 1,
      spec: ContainerSpec(name: "shop-web-run-1", image: "x"), state: .running)
    run.oneOff = true
    observed.containers = [other, run]
  }

  mutating func newID() -> String {
    made += 1
    let text = String(made, radix: 16)
    return String(repeating: "0", count: 12 - text.count) + text + String(repeating: "f", count: 52)
  }

  /// One step of a reconciler.
  /// - Returns: the id of what it made.
  @discardableResult
  mutating func apply(_ change: Change) throws -> String {
    try check(change.action)
    let id = newID()
    let before = change.action.mayEnd ? serving() : []
    try observed.apply(change, project: Self.project, newID: id)
    if !before.isEmpty {
      for service in before.subtracting(serving()) where !isDone(service) {
        throw Broken("\(service) is left without a ready replica by change \(change.id): \(change.action)")
      }
    }
    if change.action.names { try checkNames() }
    return id
  }

  private func checkNames() throws {
    var names: Set<String> = []
    for index in observed.containers.indices where !names.insert(observed.containers[index].spec.name).inserted {
      throw Broken("two containers are called \(observed.containers[index].spec.name)")
    }
  }

  /// Start-first services of which a replica is ready, and names and ports lead to it.
  private func serving() -> Set<String> {
    var services: Set<String> = []
    for index in observed.containers.indices
    where isOwn(index) && observed.containers[index].standing == .inPlace
      && observed.containers[index].state == .running && observed.containers[index].health == .healthy
    {
      services.insert(observed.containers[index].service)
    }
    return services.intersection(startFirst)
  }

  /// A replica has done its work: nothing more is promised of the service.
  private func isDone(_ service: String) -> Bool {
    observed.containers.indices.contains { index in
      isOwn(index) && observed.containers[index].service == service
        && observed.containers[index].hasCompleted(observed.containers[index].spec.restart)
    }
  }

  private func isOwn(_ index: Int) -> Bool {
    observed.containers[index].project == Self.project && !observed.containers[index].oneOff
  }

  /// So many containers of the project, each in its place and well.
  func isAtRest(with count: Int) -> Bool {
    let own = own
    return own.count == count
      && own.allSatisfy { index in
        let health = observed.containers[index].health
        return observed.containers[index].standing == .inPlace && (health == nil || health == .healthy)
      }
  }

  func container(_ id: String?) -> ObservedContainer? {
    guard let index = observed.containers.indices.first(where: { observed.containers[$0].id == id }) else { return nil }
    return observed.containers[index]
  }

  private func check(_ action: Action) throws {
    func own(_ container: ContainerReference) throws {
      guard let found = observed.containers.first(where: { $0.id == container.id }) else { return }
      if found.project != Self.project || found.oneOff { throw Broken("\(found.spec.name) is not its own") }
    }
    switch action {
    case .removeContainer(let container, _), .stop(let container, _), .renameContainer(let container, _),
      .updateContainer(let container, _, _), .unpause(let container), .disconnect(let container, _):
      try own(container)
    case .removeNetwork(let id):
      if observed.networks.first(where: { $0.id == id })?.project != Self.project {
        throw Broken("network \(id) is not its own")
      }
    case .removeVolume(let name): throw Broken("volume \(name) is removed, and nobody asked for it")
    default: break
    }
  }

  var strangersAreThere: Bool {
    observed.networks.contains { $0.id == "outer" } && observed.containers.contains { $0.project == "other" }
      && observed.containers.contains(where: \.oneOff)
  }
}

// What happens by itself, and what people do.
extension SimulatedMachine {
  private var own: [Int] { observed.containers.indices.filter(isOwn) }

  /// Health checks: good programs get healthy, bad ones do not, or not for long.
  mutating func age(_ random: inout Seeded) {
    guard calm != revision else { return }
    var isRestless = false
    for index in observed.containers.indices where observed.containers[index].state == .running && isOwn(index) {
      if observed.containers[index].health == .starting || isBad(index) { isRestless = true }
      switch observed.containers[index].health {
      case .starting? where random.one(in: 2):
        observed.containers[index].health = isBad(index) && random.one(in: 2) ? .unhealthy : .healthy
      case .healthy? where isBad(index) && random.one(in: 6): observed.containers[index].health = .unhealthy
      default: break
      }
    }
    if !isRestless { calm = revision }
  }

  private func isBad(_ index: Int) -> Bool { observed.containers[index].spec.environment["BAD"] != nil }

  /// What a reconciler does at its end: successors go that serve nobody.
  mutating func removeStandbys(of desired: Desired) {
    let names = Set(desired.services.flatMap { $0.containers.map(\.name) })
    let going = own.filter { observed.containers[$0].isAside && !names.contains(observed.containers[$0].spec.name) }
    for index in going.reversed() { observed.containers.remove(at: index) }
  }

  mutating func tamper(_ random: inout Seeded) {
    guard let index = own.randomElement(using: &random) else { return }
    switch random.below(8) {
    case 0: end(index, code: 137)
    case 1: end(index, code: 0)
    case 2:
      end(index, code: 143)
      observed.containers[index].stoppedByUser = true
    case 3: observed.containers.remove(at: index)
    case 4: if observed.containers[index].state == .running { observed.containers[index].state = .paused }
    case 5: if observed.containers[index].health == .healthy { observed.containers[index].health = .unhealthy }
    case 6: if observed.containers[index].health == .unhealthy { observed.containers[index].health = .healthy }
    // Started by its restart policy, or by somebody.
    default:
      guard observed.containers[index].state == .exited else { return }
      observed.containers[index].state = .running
      observed.containers[index].health = observed.containers[index].spec.healthcheck == nil ? nil : .healthy
      observed.containers[index].stoppedByUser = false
    }
  }

  private mutating func end(_ index: Int, code: Int32) {
    observed.containers[index].state = .exited
    observed.containers[index].exitCode = code
    observed.containers[index].health = nil
    observed.containers[index].standing = .inPlace
  }
}

extension Action {
  /// A container may serve nobody any more after it.
  fileprivate var mayEnd: Bool {
    switch self {
    case .createNetwork, .createVolume, .createContainer, .renameContainer, .updateContainer, .connect: false
    default: true
    }
  }

  fileprivate var names: Bool {
    switch self {
    case .createContainer, .renameContainer: true
    default: false
    }
  }
}
