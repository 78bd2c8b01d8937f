import Diagnostics
import Glibc
import Linux
import Planning
import Spec
import Synchronization
import Testing

@testable import Reconciling

@Suite struct FaultTests {
  /// Versions of one project, so that every pair of them needs other changes.
  private func version(_ number: UInt64) -> Desired {
    var desired = shop()
    desired.services[0].containers[0].environment["V"] = "\(number % 3)"
    if number % 2 == 0 { desired.services[0].dependencies[0].restart = true }
    if number % 5 == 0 { desired.networks[0].spec.isInternal = true }
    if number % 7 == 0 { desired.services.removeLast() }
    if number % 4 == 0 { desired.services[1].containers[0].mounts = [] }
    desired.services[0].containers[0].labels["v"] = "\(number % 4)"
    return desired
  }

  @Test("whatever calls fail and wherever a run is interrupted, once all goes well the project is as it should be")
  func convergesAfterFaults() throws {
    let replay = getenv("DAVIT_SEED").flatMap { UInt64(String(cString: $0)) }
    for seed in replay.map({ $0...$0 }) ?? 1...200 {
      let platform = TestPlatform()
      let count = Mutex<UInt64>(seed)
      let reconciler = Reconciler(platform: platform)
      for round in 0..<4 as Range<UInt64> {
        let cancellation = try Cancellation()
        platform.script.withLock { script in
          script.isBroken = { _ in
            let number = count.withLock {
              $0 = $0 &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
              return $0 >> 33
            }
            if number % 23 == 0 { cancellation.cancel() }
            return number % 6 == 0
          }
        }
        var execution = Execution()
        execution.cancellation = cancellation
        // A conflict that a plan sees is a result, too: what is left over may hold something.
        _ = try? reconciler.up(version(seed &+ round), UpOptions(), execution)
      }
      platform.script.withLock { $0.isBroken = { _ in false } }
      var options = UpOptions()
      options.removeOrphans = true
      let report = try reconciler.up(version(seed), options)
      let next = try reconciler.plan(version(seed), options)
      if !report.isComplete || !next.isEmpty {
        Issue.record(
          """
          seed \(seed): \(report.failed.map(\.failure))
          \(PlanText().render(report.plan))then:
          \(PlanText().render(next))replay with: DAVIT_SEED=\(seed) swift test --filter FaultTests
          """)
        return
      }
      let away = platform.machine.observed.containers.filter { $0.spec.name.contains("_") }
      #expect(away.isEmpty, "seed \(seed): \(away.map(\.spec.name)) left over")
    }
  }
}
