import Diagnostics
import Planning
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

  var observed = Observed()
  /// Services that are replaced start-first, and how many replicas each wants now.
  var startFirst: [String: Int] = [:]
  private var made = 0

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
    let ready = startFirst.keys.map { ($0, serving($0)) }
    try observed.apply(change, project: Self.project, newID: id)
    for (service, before) in ready where before > 0 && serving(service) == 0 {
      throw Broken("\(service) is left without a ready replica by change \(change.id): \(change.action)")
    }
    var names: Set<String> = []
    for container in observed.containers where !names.insert(container.spec.name).inserted {
      throw Broken("two containers are called \(container.spec.name)")
    }
    return id
  }

  /// Replicas that are ready and that names and ports lead to. Surplus ones do not count: they may go.
  private func serving(_ service: String) -> Int {
    observed.containers.filter {
      $0.project == Self.project && $0.service == service && !$0.oneOff && $0.standing == .inPlace
        && $0.state == .running && $0.health == .healthy && $0.number <= startFirst[service] ?? 0
    }.count
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
  private var own: [Int] {
    observed.containers.indices.filter {
      observed.containers[$0].project == Self.project && !observed.containers[$0].oneOff
    }
  }

  /// Health checks: good programs get healthy, bad ones do not, or not for long.
  mutating func age(_ random: inout Seeded) {
    for index in own where observed.containers[index].state == .running && random.one(in: 2) {
      let isBad = observed.containers[index].spec.environment["BAD"] != nil
      switch observed.containers[index].health {
      case .starting?: observed.containers[index].health = isBad && random.one(in: 2) ? .unhealthy : .healthy
      case .healthy? where isBad && random.one(in: 3): observed.containers[index].health = .unhealthy
      default: break
      }
    }
  }

  mutating func tamper(_ random: inout Seeded) {
    guard let index = own.randomElement(using: &random) else { return }
    switch random.below(6) {
    case 0: end(index, code: 137)
    case 1: end(index, code: 0)
    case 2:
      end(index, code: 143)
      observed.containers[index].stoppedByUser = true
    case 3: observed.containers.remove(at: index)
    case 4: if observed.containers[index].state == .running { observed.containers[index].state = .paused }
    default: if observed.containers[index].health == .healthy { observed.containers[index].health = .unhealthy }
    }
  }

  private mutating func end(_ index: Int, code: Int32) {
    observed.containers[index].state = .exited
    observed.containers[index].exitCode = code
    observed.containers[index].health = nil
    observed.containers[index].standing = .inPlace
  }
}
