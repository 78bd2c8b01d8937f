import Launch
import Testing

@testable import Shim

private let second: Int64 = 1_000_000_000

private func policy(_ condition: RestartLaunch.Condition, retries: UInt32 = 0) -> RestartLaunch {
  var policy = RestartLaunch()
  policy.condition = condition
  policy.maximumRetries = retries
  return policy
}

@Suite struct RestartsTests {
  @Test("The pause doubles from 100 ms up to a minute")
  func doubling() {
    var restarts = Restarts(policy(.always))
    let pauses = (0..<12).map { _ in restarts.delay(afterExit: 1, runningFor: 0)! / 1_000_000 }
    #expect(pauses == [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000])
    #expect(restarts.count == 12)
  }

  @Test("After a run of ten seconds the pause begins at 100 ms again, after less it does not")
  func settling() {
    var restarts = Restarts(policy(.unlessStopped))
    for _ in 0..<3 { _ = restarts.delay(afterExit: 0, runningFor: 0) }
    #expect(restarts.delay(afterExit: 0, runningFor: 10 * second - 1) == 800_000_000)
    #expect(restarts.delay(afterExit: 0, runningFor: 10 * second) == 100_000_000)
    #expect(restarts.delay(afterExit: 0, runningFor: 0) == 200_000_000)
  }

  @Test("on-failure starts again after a failure only, and no more often than asked for")
  func onFailure() {
    var restarts = Restarts(policy(.onFailure, retries: 2))
    #expect(restarts.delay(afterExit: 0, runningFor: 0) == nil)
    #expect(restarts.delay(afterExit: 3, runningFor: 0) != nil)
    #expect(restarts.delay(afterExit: 137, runningFor: 60 * second) != nil)
    #expect(restarts.delay(afterExit: 3, runningFor: 0) == nil)
    #expect(restarts.count == 2)
  }

  @Test("A window makes a run that outlasted it a success: the counting begins anew")
  func window() {
    var wanted = policy(.onFailure, retries: 1)
    wanted.window = 5 * second
    var restarts = Restarts(wanted)
    #expect(restarts.delay(afterExit: 1, runningFor: second) != nil)
    #expect(restarts.delay(afterExit: 1, runningFor: second) == nil)
    #expect(restarts.delay(afterExit: 1, runningFor: 5 * second) != nil)
  }

  @Test("A delay of one's own does not grow")
  func ownDelay() {
    var wanted = policy(.always)
    wanted.delay = 7 * second
    var restarts = Restarts(wanted)
    for _ in 0..<5 { #expect(restarts.delay(afterExit: 0, runningFor: 0) == 7 * second) }
  }

  @Test("Without a policy nothing is started again")
  func none() {
    var restarts = Restarts(policy(.no))
    #expect(restarts.delay(afterExit: 1, runningFor: 0) == nil)
  }
}
