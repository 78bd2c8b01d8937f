import Diagnostics
import Linux
import Planning
import Spec
import Testing

@testable import Reconciling

@Suite struct WaitingTests {
  private func status(_ state: ContainerState, _ health: Health? = nil, exit: Int32? = nil) -> ContainerStatus {
    var status = ContainerStatus(state: state, health: health)
    status.exitCode = exit
    return status
  }

  @Test("waiting ends at once when a dependency turns unhealthy, with what it said last")
  func unhealthy() throws {
    let platform = TestPlatform()
    platform.script.withLock { script in
      script.statuses["shop-db-1"] = status(.running, .unhealthy)
      script.statuses["shop-db-1"]?.healthOutput = "connection refused\n"
      script.log = ["starting", "no space left on device"]
    }
    let recorder = Recorder()
    let report = try Reconciler(platform: platform).up(shop(), UpOptions(), recorder.execution)
    #expect(recorder.lines.filter { $0.hasSuffix("Error") } == ["shop-db-1 Error"])
    #expect(
      report.failed[0].failure.description == """
        service db: container shop-db-1 is unhealthy, and it was waited for to be healthy
          hint: its last health check said:
            | connection refused
          its log ends with:
            | starting
            | no space left on device
        """)
    #expect(report.notBegun.map(\.object.name) == ["shop-web-1"])
  }

  @Test("waiting ends at once when a dependency has ended")
  func exited() throws {
    let platform = TestPlatform()
    platform.script.withLock { $0.statuses["shop-db-1"] = status(.exited, exit: 3) }
    let report = try Reconciler(platform: platform).up(shop())
    #expect(report.failed[0].failure.message.hasPrefix("container shop-db-1 exited (3)"))
  }

  @Test("a deadline says what was waited for")
  func deadline() throws {
    let platform = TestPlatform()
    platform.script.withLock { $0.statuses["shop-db-1"] = status(.running, .starting) }
    var execution = Execution()
    execution.waitTimeout = 20_000_000
    let report = try Reconciler(platform: platform).up(shop(), UpOptions(), execution)
    #expect(report.failed[0].failure.code == .timedOut)
    #expect(
      report.failed[0].failure.message
        == "timed out waiting for it to be healthy: container shop-db-1 is starting")
  }

  @Test("a wait that is interrupted ends at once and is no failure")
  func interrupted() throws {
    let platform = TestPlatform()
    let cancellation = try Cancellation()
    platform.script.withLock { $0.statuses["shop-db-1"] = status(.running, .starting) }
    var execution = Execution()
    execution.cancellation = cancellation
    execution.progress = { if $0.status == .waiting { cancellation.cancel() } }
    let report = try Reconciler(platform: platform).up(shop(), UpOptions(), execution)
    #expect(report.interrupted && report.failed.isEmpty)
    #expect(report.notBegun.map(\.object.name) == ["db", "shop-web-1"])
  }

  @Test("a dependency that is not required only warns")
  func notRequired() throws {
    let platform = TestPlatform()
    platform.script.withLock { $0.statuses["shop-db-1"] = status(.running, .unhealthy) }
    let report = try Reconciler(platform: platform).up(shop(required: false))
    #expect(report.isComplete)
    #expect(report.warnings.count == 1)
    #expect(platform.machine.observed.containers.first { $0.service == "web" }?.state == .running)
  }

  @Test(
    "each condition knows when it holds and when it never will",
    arguments: [
      (Wait.Condition.healthy, ContainerState.running, Health?.some(.healthy), Int32?.none, WaitVerdict.holds),
      (.healthy, .running, .starting, nil, .pending("is starting")),
      (.healthy, .running, nil, nil, .never("has no health check, so it is never healthy")),
      (.healthy, .exited, nil, 0, .never("exited (0)")), (.completed, .exited, nil, 0, .holds),
      (.completed, .exited, nil, 1, .never("exited (1)")), (.completed, .running, nil, nil, .pending("is running")),
      (.completed, .restarting, nil, 1, .pending("is restarting after exit status 1")),
      (.ready, .running, nil, nil, .holds), (.ready, .running, .starting, nil, .pending("is starting")),
      (.ready, .running, .unhealthy, nil, .never("is unhealthy")), (.ready, .exited, nil, 0, .holds),
      (.ready, .exited, nil, 137, .never("exited (137)")), (.ready, .created, nil, nil, .never("was not started")),
    ] as [(Wait.Condition, ContainerState, Health?, Int32?, WaitVerdict)])
  func verdicts(
    _ condition: Wait.Condition, _ state: ContainerState, _ health: Health?, _ exit: Int32?, _ verdict: WaitVerdict
  ) {
    #expect(WaitVerdict(condition, status(state, health, exit: exit)) == verdict)
  }

  @Test("a container that is gone is not waited for")
  func gone() { #expect(WaitVerdict(.healthy, nil) == .never("is gone")) }

  @Test("--wait waits for what runs already, too, without altering anything")
  func waitOnly() throws {
    let platform = TestPlatform()
    _ = try Reconciler(platform: platform).up(shop(condition: .started))
    var options = UpOptions()
    options.wait = true
    let plan = try Reconciler(platform: platform).plan(shop(condition: .started), options)
    #expect(plan.isEmpty)
    #expect(plan.changes.map(\.object.name) == ["db"])
  }
}
