import Diagnostics
import Linux
import Planning
import Spec
import Testing

@testable import Reconciling

@Suite struct ApplyingTests {
  @Test("up makes everything, in order, and the next up does nothing")
  func upConverges() throws {
    let platform = TestPlatform()
    let reconciler = Reconciler(platform: platform)
    let recorder = Recorder()
    let report = try reconciler.up(shop(), UpOptions(), recorder.execution)
    #expect(report.isComplete)
    #expect(platform.machine.observed.containers.allSatisfy { $0.state == .running })
    let lines = recorder.lines
    let order = ["shop_default Created", "shop-db-1 Created", "shop-db-1 Healthy", "shop-web-1 Starting"]
    let places = order.map { lines.firstIndex(of: $0) }
    #expect(!places.contains(nil) && places.map { $0! } == places.map { $0! }.sorted(), "\(lines)")

    let callsBefore = platform.calls.withLock { $0.count }
    let again = try reconciler.up(shop(), UpOptions(), recorder.execution)
    #expect(again.plan.isEmpty)
    #expect(platform.calls.withLock { $0.count } == callsBefore)
  }

  @Test("containers that can start together are started in one call")
  func startsAreBatched() throws {
    let platform = TestPlatform()
    _ = try Reconciler(platform: platform).up(shop())
    let starts = platform.calls.withLock { $0.filter { $0.hasPrefix("start ") } }
    #expect(starts == ["start shop-cache-1 shop-db-1", "start shop-web-1"])
  }

  @Test("a change that fails stops what depends on it, and the rest goes on")
  func failureStopsDependents() throws {
    let platform = TestPlatform()
    platform.fail("start shop-db-1")
    let report = try Reconciler(platform: platform).up(shop())
    #expect(!report.isComplete)
    #expect(report.failed.map(\.change.object.name) == ["shop-db-1"])
    #expect(report.failed[0].failure.description == "container shop-db-1: broken on purpose")
    #expect(Set(report.notBegun.map(\.object.name)) == ["db", "shop-web-1"])
    #expect(platform.machine.observed.containers.first { $0.service == "cache" }?.state == .running)
    #expect(platform.machine.observed.containers.first { $0.service == "web" }?.state == .created)
  }

  @Test("when the successor cannot be made, the old container keeps its name and runs on")
  func failedRecreationLosesNothing() throws {
    let platform = TestPlatform()
    let reconciler = Reconciler(platform: platform)
    _ = try reconciler.up(shop())
    var edited = shop()
    edited.services[2].containers[0].environment["X"] = "1"
    platform.fail("create shop-cache-1")
    let report = try reconciler.up(edited)
    #expect(report.failed.count == 1)
    let cache = platform.machine.observed.containers.filter { $0.service == "cache" }
    #expect(cache.map(\.spec.name) == ["shop-cache-1"])
    #expect(cache[0].state == .running)
  }

  @Test("a recreated container is shown as one thing")
  func recreationIsOneThing() throws {
    let platform = TestPlatform()
    let reconciler = Reconciler(platform: platform)
    _ = try reconciler.up(shop())
    var edited = shop()
    edited.services[2].containers[0].environment["X"] = "1"
    let recorder = Recorder()
    _ = try reconciler.up(edited, UpOptions(), recorder.execution)
    let cache = recorder.lines.filter { $0.hasPrefix("shop-cache-1") }
    #expect(
      cache == ["shop-cache-1 Recreate", "shop-cache-1 Recreated", "shop-cache-1 Starting", "shop-cache-1 Started"])
  }

  @Test("interrupting begins nothing more, and the next up goes on from there")
  func interruption() throws {
    let platform = TestPlatform()
    let cancellation = try Cancellation()
    platform.script.withLock { $0.onCall = { if $0 == "create shop-cache-1" { cancellation.cancel() } } }
    var execution = Execution()
    execution.cancellation = cancellation
    execution.parallelism = 1
    let report = try Reconciler(platform: platform).up(shop(), UpOptions(), execution)
    #expect(report.interrupted)
    #expect(!report.notBegun.isEmpty)
    #expect(platform.calls.withLock { !$0.contains { $0.hasPrefix("start") } })
    let second = try Reconciler(platform: platform).up(shop())
    #expect(second.isComplete)
  }

  @Test("no more is worked on at once than asked for")
  func parallelism() throws {
    var desired = shop()
    for number in 0..<20 {
      let spec = ContainerSpec(name: "shop-s\(number)-1", image: "x")
      desired.services.append(DesiredService(name: "s\(number)", containers: [spec]))
    }
    let platform = TestPlatform()
    platform.script.withLock { $0.onCall = { _ in Monotonic.sleep(nanoseconds: 200_000) } }
    var execution = Execution()
    execution.parallelism = 2
    #expect(try Reconciler(platform: platform).up(desired, UpOptions(), execution).isComplete)
    #expect(platform.mostAtOnce <= 2)
  }

  @Test("down removes everything that the project owns, dependents first")
  func down() throws {
    let platform = TestPlatform()
    let reconciler = Reconciler(platform: platform)
    _ = try reconciler.up(shop())
    var options = DownOptions()
    options.volumes = true
    #expect(try reconciler.down("shop", shop(), options).isComplete)
    #expect(platform.machine.observed == Observed())
    let stops = platform.calls.withLock { $0.filter { $0.hasPrefix("stop") } }
    #expect(stops.firstIndex(of: "stop shop-web-1")! < stops.firstIndex(of: "stop shop-db-1")!)
    #expect(try reconciler.down("shop", shop(), options).plan.isEmpty)
  }

  @Test("a network that others still use stays when a project goes down, and says so")
  func networkInUse() throws {
    let platform = TestPlatform()
    let reconciler = Reconciler(platform: platform)
    _ = try reconciler.up(shop())
    let network = platform.machine.observed.networks[0].id
    platform.fail("remove network \(network)", .conflict)
    let report = try reconciler.down("shop", shop())
    #expect(report.isComplete)
    #expect(report.warnings == ["network shop_default stays: broken on purpose"])
  }

  @Test("a rehearsal touches nothing")
  func rehearsal() throws {
    let platform = TestPlatform()
    let recorder = Recorder()
    let rehearsal = try Reconciler(platform: platform, projects: "/nonexistent").rehearsal("shop", shop())
    #expect(try rehearsal.up(shop(), UpOptions(), recorder.execution).isComplete)
    #expect(recorder.lines.contains("shop-web-1 Started"))
    #expect(platform.calls.withLock { $0.isEmpty })
  }
}
