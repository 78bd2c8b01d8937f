import Diagnostics
import Glibc
import Planning
import SeededRandom
import Spec
import Testing

/// One random run: an earlier version of a project was brought up, things happened, and an edited version is wanted.
struct Scenario {
  var random: Seeded
  var machine = RandomMachine()
  var before: Desired
  var desired: Desired
  var options = UpOptions()

  init(seed: UInt64) throws {
    random = Seeded(seed)
    before = RandomProject.make(&random)
    desired = random.one(in: 4) ? before : RandomProject.make(&random)
    if !random.one(in: 5) { try machine.apply(Plan.up(before, machine.observed), &random) }
    if !random.one(in: 3) { machine.tamper(&random) }
    options.removeOrphans = random.one(in: 2)
    options.recreateVolumes = random.one(in: 3)
    options.renewAnonymousVolumes = random.one(in: 6)
  }

  /// Services that a run has to leave alone cannot be in the way of a name that it wants.
  var plan: Plan? {
    get throws {
      do { return try Plan.up(desired, machine.observed, options) } catch let failure as Failure
        where failure.code == .conflict
      {
        return nil
      } catch let failures as Failures where failures.all.allSatisfy({ $0.code == .conflict }) { return nil }
    }
  }

  /// Runs `check` for many seeds. One seed is replayed with `DAVIT_SEED=n swift test`.
  static func forAll(_ count: UInt64, _ check: (inout Scenario) throws -> Void) {
    let replay = getenv("DAVIT_SEED").flatMap { UInt64(String(cString: $0)) }
    for seed in replay.map({ $0...$0 }) ?? 1...count {
      do {
        var scenario = try Scenario(seed: seed)
        try check(&scenario)
      } catch {
        Issue.record("seed \(seed): \(error)\nreplay with: DAVIT_SEED=\(seed) swift test --filter PlanningTests")
        return
      }
    }
  }
}

struct Broken: Error, CustomStringConvertible {
  var description: String

  init(_ description: String, _ plan: Plan? = nil) {
    self.description = description
    if let plan { self.description += "\n" + PlanText().render(plan) }
  }
}
