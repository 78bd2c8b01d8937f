import Diagnostics
import Planning
import Spec
import Synchronization
import Testing

@testable import Reconciling

@Suite("Of a start-first service") struct SparingTests {
  /// A project of two replicas that is to have one.
  private func smaller() throws -> (wanted: Desired, observed: Observed) {
    var web = DesiredService(name: "web", containers: [])
    web.update = RolloutPolicy()
    web.update?.order = .startFirst
    for number in 1...3 { web.containers.append(ContainerSpec(name: "shop-web-\(number)", image: "app")) }
    var desired = Desired(project: "shop", services: [web])
    var observed = Observed()
    for (index, change) in try Plan.up(desired, observed).changes.enumerated() {
      try observed.apply(change, project: "shop", newID: "id-\(index)")
    }
    desired.services[0].containers.removeLast(2)
    return (desired, observed)
  }

  @Test("the last replica that serves is not stopped, whatever happened since the plan was made")
  func lastStays() throws {
    let (wanted, observed) = try smaller()
    let platform = TestPlatform(observed)
    let plan = try Plan.up(wanted, observed)
    // The one that is to stay ends before the others are stopped.
    try platform.machine.stop(try #require(observed.containers.first?.id), timeout: nil)
    let report = Executor(plan, on: platform, Execution()).run()
    let serving = platform.machine.observed.containers.filter { $0.serves }
    #expect(serving.count == 1)
    #expect(report.failed.count == 1)
    let failure = try #require(report.failed.first?.failure)
    #expect(failure.message == "is the only replica of web that serves, and stays until another one is ready")
    // Once it is back, the next plan leads on.
    let next = Executor(try Plan.up(wanted, platform.machine.observed), on: platform, Execution()).run()
    #expect(next.isComplete)
    #expect(platform.machine.observed.containers.map { $0.spec.name } == ["shop-web-1"])
  }

  @Test("a roll-out that ends fails once, and counts only what was begun")
  func endsOnce() throws {
    var (wanted, observed) = try smaller()
    wanted.services[0].containers = (1...3).map { number in
      var spec = ContainerSpec(name: "shop-web-\(number)", image: "app")
      spec.environment = ["V": "2"]
      return spec
    }
    wanted.services[0].update?.parallelism = 1
    let platform = TestPlatform(observed)
    platform.fail("create shop-web-1_next")
    let report = Executor(try Plan.up(wanted, observed), on: platform, Execution()).run()
    #expect(
      report.failed.map(\.failure.message).filter { $0.contains("roll-out") } == [
        "the roll-out ends here: 1 of 3 failed: shop-web-1"
      ])
    #expect(Set(report.notBegun.map(\.object.name)) == ["shop-web-1", "shop-web-2", "shop-web-3", "web"])
    observed = platform.machine.observed
    #expect(observed.containers.map(\.spec.environment) == [[:], [:], [:]])
  }
}
