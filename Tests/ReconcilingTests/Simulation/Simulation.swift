import Diagnostics
import Planning
import SeededRandom
import Spec

@testable import Reconciling

/// Two reconcilers that keep one project on one machine, by the code that really plans, orders, judges and backs off,
/// while the project is edited, programs fail, people interfere, steps fail and reconcilers die. Everything that happens
/// follows from the seed.
struct Simulation {
  private struct Actor {
    var work: SimulatedWork?
    var backoff = Backoff()
    /// Dead until then.
    var absentUntil: Int64 = 0
    /// It looked and saw nothing to do now: it need not look again before the machine is another or this time has come.
    var idle: (revision: Int, until: Int64)?
  }

  private var random: Seeded
  private var clock: Int64 = 0
  private var machine = SimulatedMachine()
  private var actors = [Actor(), Actor()]
  /// Who holds the project's lock.
  private var holder: Int?
  private var wanted: Desired
  private var planned: (revision: Int, plans: [Set<String>: Plan]) = (-1, [:])
  /// What was applied, oldest first.
  private var generations: [Desired] = []
  /// What happened, where somebody wants to read it.
  private var trace: [String]?
  /// The machine at which it was last found not to be as it is wanted.
  private var unsettled: Int?

  init(seed: UInt64, isTraced: Bool = false) {
    random = Seeded(seed)
    trace = isTraced ? [] : nil
    wanted = SimulatedProject.make(version: 0, &random)
    machine.startFirst = SimulatedProject.startFirst(wanted)
  }

  /// - Throws: where a promise is broken.
  mutating func run() throws {
    do {
      for version in 1..<2 + random.below(3) {
        for _ in 0..<15 + random.below(30) { try happen(faults: true) }
        edit(to: SimulatedProject.make(version: version, &random))
      }
      edit(to: SimulatedProject.good(wanted))
      try settle("the faults are over")
      // Any generation can be gone back to.
      let target = SimulatedProject.good(generations.randomElement(using: &random) ?? wanted)
      edit(to: target)
      try settle("an earlier generation is wanted again")
    } catch {
      let there = machine.observed.containers.map {
        "\($0.id.prefix(12)) \($0.spec.name) \($0.service) \($0.number) \($0.state) \($0.standing)"
          + " \($0.health.map { "\($0)" } ?? "") \($0.spec.environment)"
      }
      throw Broken("\(error)\n\(((trace ?? []).suffix(40) + there).joined(separator: "\n"))")
    }
    guard machine.strangersAreThere else { throw Broken("things of others are gone") }
  }

  private mutating func edit(to desired: Desired) {
    wanted = desired
    machine.startFirst = SimulatedProject.startFirst(desired)
    (unsettled, planned.revision) = (nil, -1)
    for index in actors.indices {
      actors[index].backoff = Backoff()
      actors[index].idle = nil
    }
    note("wanted: \(desired.services.map { "\($0.name) x\($0.containers.count) \($0.containers[0].environment)" })")
  }

  private mutating func happen(faults: Bool) throws {
    clock += Int64(random.below(faults ? 3 : 10))
    machine.age(&random)
    if faults, random.one(in: 12) {
      machine.tamper(&random)
      note("somebody interferes")
    }
    // Without faults nothing is to be seen of whoever waits for the other.
    let index = faults ? random.below(actors.count) : holder ?? random.below(actors.count)
    if faults, random.one(in: 40), var work = actors[index].work {
      try work.crash(&machine, &random)
      actors[index] = Actor()
      actors[index].absentUntil = clock + Int64(random.below(30))
      if holder == index { holder = nil }
      note("reconciler \(index) dies")
      return
    }
    try act(index, faults: faults)
  }

  private mutating func act(_ index: Int, faults: Bool) throws {
    guard clock >= actors[index].absentUntil else { return }
    guard var work = actors[index].work else { return try look(index) }
    // Held once, it is changed in place.
    actors[index].work = nil
    work.begin(clock, faults: faults, &random)
    do { try work.advance(&machine, clock, &random) } catch {
      actors[index].work = work
      throw error
    }
    if work.isOver { try end(work, of: index) } else { actors[index].work = work }
  }

  /// What `ReconcileLoop` does: plan, leave alone what keeps failing, take the lock, plan again.
  private mutating func look(_ index: Int) throws {
    guard holder == nil else { return }
    if let idle = actors[index].idle, idle.revision == machine.revision, clock < idle.until { return }
    var plan = try plan()
    var held = plan.isEmpty ? [] : actors[index].backoff.held(now: clock * SimulatedProject.tick)
    if !held.isEmpty {
      held.formIntersection(Self.services(of: plan))
      if !held.isEmpty { plan = try self.plan(without: held) }
    }
    guard !plan.isEmpty else {
      let due = actors[index].backoff.next(of: held).map { $0 / SimulatedProject.tick }
      actors[index].idle = (machine.revision, due ?? .max)
      return
    }
    holder = index
    if generations.last != wanted { generations.append(wanted) }
    actors[index].work = SimulatedWork(plan, wanted, machine.observed)
    note("reconciler \(index) carries out \(plan.changes.map { "\($0.id):\($0.object.name)" }.joined(separator: " "))")
  }

  /// Two reconcilers that see the same plan the same.
  private mutating func plan(without held: Set<String> = []) throws -> Plan {
    if planned.revision != machine.revision { planned = (machine.revision, [:]) }
    if let plan = planned.plans[held] { return plan }
    var options = UpOptions()
    options.held = held
    let plan = try Plan.up(wanted, machine.observed, options)
    planned.plans[held] = plan
    return plan
  }

  private static func services(of plan: Plan) -> Set<String> {
    Set(plan.effects.map(\.object).filter { $0.kind == .container }.map(\.key))
  }

  private mutating func end(_ work: SimulatedWork, of index: Int) throws {
    note("reconciler \(index) is through; failed: \(work.failures.values.sorted())")
    for service in Self.services(of: work.plan) {
      actors[index].backoff.note(service, now: clock * SimulatedProject.tick)
    }
    if !work.returning.isEmpty, !work.isRollback {
      let back = try work.desired.with(services: work.returning, of: work.before)
      var options = UpOptions()
      options.services = work.returning
      options.noDependencies = true
      options.isRollback = true
      var way = SimulatedWork(try Plan.up(back, machine.observed, options), back, work.before)
      way.isRollback = true
      actors[index].work = way
      note("and goes back: \(work.returning)")
      if !way.isOver { return }
    }
    machine.removeStandbys(of: work.desired)
    actors[index].work = nil
    holder = nil
  }

  /// Nothing bad happens any more: it has to become as it is wanted, and stay.
  private mutating func settle(_ when: String) throws {
    for _ in 0..<6000 {
      try happen(faults: false)
      guard holder == nil else { continue }
      if isSettled() { return }
      // Time goes by quickly where nobody has anything to do but to wait.
      let idle = actors.compactMap { $0.idle?.revision == machine.revision ? $0.idle?.until : nil }
      let next = idle.count == actors.count ? idle.min() ?? .max : .max
      clock = next == .max ? clock + 5 : max(clock + 5, next)
    }
    let plan = try Plan.up(wanted, machine.observed)
    throw Broken("not as wanted although \(when):\n\(PlanText().render(plan))")
  }

  private mutating func isSettled() -> Bool {
    if unsettled == machine.revision { return false }
    unsettled = machine.revision
    let count = wanted.services.reduce(0) { $0 + $1.containers.count }
    return machine.isAtRest(with: count) && (try? plan())?.isEmpty ?? false
  }

  private mutating func note(_ text: @autoclosure () -> String) {
    if trace != nil { trace?.append("\(clock): \(text())") }
  }
}
