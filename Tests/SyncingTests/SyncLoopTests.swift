import Diagnostics
import Git
import Linux
import Testing

@testable import Syncing

@Suite struct SyncLoopTests {
  private let never = try! Cancellation()

  @Test("A hundred revisions in a row are each applied in their order, and only what runs is kept on disk")
  func manyRevisions() throws {
    let bench = try Bench()
    try bench.makeRepository()
    let loop = try bench.loop()
    var round = SyncRound(loop)
    var last = ""
    for number in 1...100 {
      last = try bench.commit(["app": "v\(number)"])
      try round.step(never)
    }
    #expect(bench.machine.deployments == (1...100).map { "revision repository v\($0)" })
    #expect(loop.state.projects["repository"]?.good == last && loop.state.isHealthy)
    #expect(try listDirectory("\(bench.root)/sync/test/revisions") == [last])
    #expect(loop.state.counters.applied == 100 && loop.state.counters.failed == 0)
    try round.step(never)
    #expect(bench.machine.deployments.count == 100)
  }

  @Test("A revision that never gets healthy is tried once, and the last good one runs again")
  func unhealthy() throws {
    let bench = try Bench()
    try bench.makeRepository()
    let good = try bench.commit(["app": "v1"])
    let loop = try bench.loop()
    var round = SyncRound(loop)
    try round.step(never)
    let bad = try bench.commit(["app": "unhealthy"])
    for _ in 1...3 { try round.step(never) }
    #expect(
      bench.machine.deployments == [
        "revision repository v1", "revision repository unhealthy", "rollback repository v1",
      ])
    #expect(bench.machine.running == ["repository": "v1"])
    let record = try #require(loop.state.projects["repository"])
    #expect(
      record.phase == .failed && record.good == good && record.tried == bad && record.message == "it is unhealthy")
    #expect(bench.machine.told == ["success repository", "failure repository"])
    // Whoever begins anew knows it, too.
    var other = SyncRound(try bench.loop())
    try other.step(never)
    #expect(bench.machine.deployments.count == 3)
    try bench.commit(["app": "v3"])
    try round.step(never)
    #expect(bench.machine.running == ["repository": "v3"] && loop.state.isHealthy)
  }

  @Test("What is wrong in a revision is not tried again, what may pass is, later and later")
  func retries() throws {
    let bench = try Bench()
    try bench.makeRepository()
    try bench.commit(["app": "malformed"])
    let loop = try bench.loop()
    var round = SyncRound(loop)
    for _ in 1...3 { try round.step(never) }
    #expect(bench.machine.deployments == ["revision repository malformed"])
    bench.machine.memory.withLock { $0.refusals = [Failure(.system, "the registry is away")] }
    try bench.commit(["app": "v2"])
    for _ in 1...3 { try round.step(never) }
    #expect(bench.machine.deployments.suffix(2) == ["revision repository v2", "revision repository v2"])
    #expect(loop.state.isHealthy)
  }

  @Test("History that is rewritten is followed, and what the repository has lost can still be gone back to")
  func forcePush() throws {
    let bench = try Bench()
    try bench.makeRepository()
    try bench.commit(["app": "v1"])
    let loop = try bench.loop()
    var round = SyncRound(loop)
    try round.step(never)
    try bench.git("checkout", "-q", "--orphan", "other")
    try bench.commit(["app": "unhealthy other"])
    try bench.git("branch", "-M", "other", "main")
    try bench.git("reflog", "expire", "--expire=now", "--all")
    try bench.git("gc", "-q", "--prune=now")
    try round.step(never)
    #expect(bench.machine.running == ["repository": "v1"] && bench.machine.deployments.last == "rollback repository v1")
    try bench.commit(["app": "v2"])
    try round.step(never)
    #expect(bench.machine.running == ["repository": "v2"])
  }

  @Test("A repository that has vanished leaves running what runs, and drift is still put right")
  func vanished() throws {
    let bench = try Bench()
    try bench.makeRepository()
    try bench.commit(["app": "v1"])
    let loop = try bench.loop()
    var round = SyncRound(loop)
    try round.step(never)
    try Descriptor.open(bench.root, .anchor).rename("repository", to: "gone")
    bench.machine.memory.withLock { $0.hasDrifted = true }
    try round.step(never)
    try round.step(never)
    #expect(bench.machine.running == ["repository": "v1"] && loop.state.counters.driftCorrected == 1)
    #expect(loop.state.problem?.contains("cannot be read") ?? false && !loop.state.isHealthy)
    #expect(bench.machine.told == ["success repository", "failure "])
    try Descriptor.open(bench.root, .anchor).rename("gone", to: "repository")
    try round.step(never)
    #expect(loop.state.isHealthy)
  }

  @Test("A sync that died in the middle of an apply goes on with it when it is begun again")
  func death() throws {
    let bench = try Bench()
    try bench.makeRepository()
    try bench.commit(["app": "v1"])
    bench.machine.memory.withLock { $0.diesIn = 0 }
    var round = SyncRound(try bench.loop())
    try round.step(never)
    #expect(try bench.loop().state.projects["repository"]?.phase == .applying)
    let loop = try bench.loop()
    var other = SyncRound(loop)
    try other.step(never)
    #expect(loop.state.projects["repository"]?.phase == .synced && loop.state.isHealthy)
    // Half a revision that was being checked out is nobody's.
    try makeDirectories("\(bench.root)/sync/test/revisions/.new/repository")
    try bench.commit(["app": "v2"])
    try other.step(never)
    #expect(bench.machine.running == ["repository": "v2"])
  }

  @Test("A wall clock that jumps changes nothing: times on disk are only shown")
  func clock() throws {
    let bench = try Bench()
    try bench.makeRepository()
    try bench.commit(["app": "v1"])
    let loop = try bench.loop()
    var round = SyncRound(loop)
    try round.step(never)
    for moment in ["2101-01-01T00:00:00Z", "1971-01-01T00:00:00Z"] {
      try loop.update { state in
        state.lastFetch = Timestamp(moment)
        state.projects["repository"]?.changed = Timestamp(moment)!
      }
      let next = try bench.commit(["app": "at \(moment)"])
      var other = SyncRound(try bench.loop())
      try other.step(never)
      #expect(bench.machine.running == ["repository": "at \(moment)"])
      #expect(try bench.loop().state.projects["repository"]?.good == next)
    }
  }

  @Test("Projects come and go with davit-sync.yaml; only those of this sync go, and only with --prune")
  func projects() throws {
    let bench = try Bench()
    try bench.makeRepository()
    bench.machine.memory.withLock { $0.running["stranger"] = "own" }
    try bench.commit(["davit-sync.yaml": "projects: {a: {}, b: {}, c: {hosts: db-*}}", "a/app": "1", "b/app": "1"])
    let loop = try bench.loop()
    var round = SyncRound(loop)
    try round.step(never)
    #expect(bench.machine.running == ["a": "1", "b": "1", "stranger": "own"])
    try bench.commit(["davit-sync.yaml": "projects: {a: {}}"])
    try round.step(never)
    #expect(bench.machine.running["b"] == "1" && loop.state.projects["b"]?.phase == .abandoned)
    let pruning = try bench.loop { $0.prunes = true }
    var other = SyncRound(pruning)
    try other.step(never)
    #expect(bench.machine.running == ["a": "1", "stranger": "own"] && pruning.state.projects["b"]?.phase == .removed)
    // A file that cannot be read says nothing about projects.
    try bench.commit(["davit-sync.yaml": "projects: {"])
    try other.step(never)
    #expect(bench.machine.running["a"] == "1" && pruning.state.problem?.contains("davit-sync.yaml:") ?? false)
    try bench.commit(["davit-sync.yaml": "projects: {a: {}, b: {}}"])
    try other.step(never)
    #expect(bench.machine.running["b"] == "1" && pruning.state.isHealthy)
  }

  @Test("One project that fails holds up no other, and goes back alone")
  func independence() throws {
    let bench = try Bench()
    try bench.makeRepository()
    try bench.commit(["davit-sync.yaml": "projects: {a: {}, b: {}}", "a/app": "1", "b/app": "1"])
    let loop = try bench.loop()
    var round = SyncRound(loop)
    try round.step(never)
    try bench.commit(["a/app": "unhealthy", "b/app": "2"])
    try round.step(never)
    #expect(bench.machine.running == ["a": "1", "b": "2"])
    // Both revisions are still needed.
    #expect(try listDirectory("\(bench.root)/sync/test/revisions").count == 2)
  }

  @Test("A project belongs to one sync")
  func strangers() throws {
    let bench = try Bench()
    try bench.makeRepository()
    try bench.commit(["app": "v1"])
    var round = SyncRound(try bench.loop())
    try round.step(never)
    let second = try bench.loop(name: "second")
    var other = SyncRound(second)
    try other.step(never)
    #expect(second.state.projects["repository"]?.message?.contains("the sync test has this project") ?? false)
    #expect(bench.machine.deployments.count == 1)
  }

  @Test("Waiting gets longer with each failure, up to a limit, and begins anew after a success")
  func backoff() {
    var backoff = Backoff(first: 10, longest: 50)
    var now: Int64 = 1_000
    var waits: [Int64] = []
    for _ in 1...5 {
      #expect(backoff.isDue(now))
      backoff.failed(now)
      let began = now
      while !backoff.isDue(now) { now += 1 }
      waits.append(now - began)
    }
    #expect(waits == [10, 20, 40, 50, 50])
    backoff.succeeded()
    #expect(backoff.isDue(now))
  }
}
