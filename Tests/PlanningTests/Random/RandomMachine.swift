import Diagnostics
import Planning
import SeededRandom
import Spec

/// A machine that carries out plans, in any order that they allow.
struct RandomMachine {
  var observed = Observed(networks: [ObservedNetwork(id: "net-outer", spec: NetworkSpec(name: "outer"))])
  private var count = 0

  mutating func newID() -> String {
    count += 1
    let text = String(count, radix: 16)
    return String(repeating: "0", count: 12 - text.count) + text + String(repeating: "e", count: 52)
  }

  /// Carries out at most `limit` changes, each time one of those that may begin.
  /// - Returns: the changes in the order in which they were done.
  @discardableResult
  mutating func apply(
    _ plan: Plan, limit: Int = .max, _ random: inout Seeded,
    before check: (Change, Observed) throws -> Void = { _, _ in }
  ) throws -> [Change] {
    var done: [Change] = []
    var finished: Set<Int> = []
    var left = plan.changes
    while !left.isEmpty, done.count < limit {
      let ready = left.indices.filter { left[$0].after.allSatisfy(finished.contains) }
      let change = left.remove(at: ready.randomElement(using: &random)!)
      try check(change, observed)
      do { try observed.apply(change, project: plan.project, newID: newID()) } catch {
        throw error.about("change \(change.id) \(change.object) \(change.action)")
      }
      finished.insert(change.id)
      done.append(change)
    }
    return done
  }

  /// What happens to machines: programs end, people interfere, commands die half way.
  mutating func tamper(_ random: inout Seeded, project: String = "shop") {
    for index in observed.containers.indices.reversed() where random.one(in: 4) {
      switch random.below(9) {
      case 0: end(index, code: 137)
      case 1: end(index, code: 0)
      case 2:
        end(index, code: 143)
        observed.containers[index].stoppedByUser = true
      case 3: observed.containers.remove(at: index)
      case 4: if observed.containers[index].state == .running { observed.containers[index].state = .paused }
      case 5: observed.containers[index].attachedNetworks = []
      case 6:
        end(index, code: 1)
        observed.containers[index].state = random.one(in: 2) ? .dead : .removing
      case 7: observed.containers[index].state = .created
      default: addPredecessor(of: index, &random)
      }
    }
    if random.one(in: 3) { addStrangers(&random, project: project) }
  }

  private mutating func end(_ index: Int, code: Int32) {
    observed.containers[index].state = .exited
    observed.containers[index].exitCode = code
    observed.containers[index].health = nil
  }

  /// Left over from a replacement that was cut short.
  private mutating func addPredecessor(of index: Int, _ random: inout Seeded) {
    var old = observed.containers[index]
    old.id = newID()
    old.spec.name = "\(old.id.prefix(12))_\(old.spec.name)"
    old.spec.environment["OLD"] = "1"
    old.state = .exited
    old.exitCode = 0
    if random.one(in: 3) { observed.containers[index].state = .created }
    observed.containers.append(old)
  }

  private mutating func addStrangers(_ random: inout Seeded, project: String) {
    var stranger = ObservedContainer(
      id: newID(), project: "other", service: "a", number: 1, spec: ContainerSpec(name: "other-a-1", image: "x"),
      state: .running)
    stranger.attachedNetworks = ["outer"]
    var run = ObservedContainer(
      id: newID(), project: project, service: "a", number: 1,
      spec: ContainerSpec(name: "\(project)-a-run-1", image: "x"), state: .running)
    run.oneOff = true
    let orphan = ObservedContainer(
      id: newID(), project: project, service: "gone", number: 1,
      spec: ContainerSpec(name: "\(project)-gone-1", image: "x"), state: random.one(in: 2) ? .running : .exited)
    observed.containers += [stranger, run, orphan]
    observed.volumes.append(ObservedVolume(spec: VolumeSpec(name: "other_data"), project: "other", key: "data"))
    observed.networks.append(
      ObservedNetwork(id: newID(), spec: NetworkSpec(name: "other_default"), project: "other", key: "default"))
  }
}
