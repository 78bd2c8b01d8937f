import Launch
import Linux
import Testing

@testable import Shim

private let second: Int64 = 1_000_000_000

private func monitor(_ change: (inout HealthLaunch) -> Void = { _ in }) -> HealthMonitor {
  var check = HealthLaunch()
  check.interval = 10 * second
  check.timeout = 3 * second
  change(&check)
  return HealthMonitor(check)
}

private func outcome(_ code: Int32, _ output: String = "") -> HealthMonitor.Event {
  let start = Timestamp(nanoseconds: 0)
  return .finished(.init(exitCode: code, output: output, start: start, end: Timestamp(nanoseconds: second / 2)))
}

@Suite struct HealthMonitorTests {
  @Test("The first check comes after one interval, the next one an interval after the end of the last")
  func rhythm() {
    var health = monitor()
    #expect(health.handle(.started, now: 0) == [.wake(at: 10 * second)])
    #expect(health.handle(.alarm, now: 10 * second) == [.run, .wake(at: 13 * second)])
    #expect(health.handle(outcome(0), now: 12 * second) == [.record, .wake(at: 22 * second)])
    #expect(health.record.status == .healthy)
  }

  @Test("As many failures in a row as retries make it unhealthy, and one success makes it healthy")
  func streak() {
    var health = monitor { $0.retries = 2 }
    _ = health.handle(.started, now: 0)
    func fail() {
      _ = health.handle(.alarm, now: 20 * second)
      _ = health.handle(outcome(1), now: 20 * second)
    }
    fail()
    #expect(health.record.status == .starting)
    fail()
    #expect(health.record.status == .unhealthy)
    #expect(health.record.failingStreak == 2)
    _ = health.handle(.alarm, now: 30 * second)
    _ = health.handle(outcome(0), now: 30 * second)
    #expect(health.record.status == .healthy)
    #expect(health.record.failingStreak == 0)
  }

  @Test("Within the start period checks come at the start interval and failures do not count")
  func startPeriod() {
    var health = monitor {
      $0.startPeriod = 20 * second
      $0.startInterval = 4 * second
      $0.retries = 1
    }
    #expect(health.handle(.started, now: 0) == [.wake(at: 4 * second)])
    _ = health.handle(.alarm, now: 4 * second)
    #expect(health.handle(outcome(1), now: 5 * second).last == .wake(at: 9 * second))
    #expect(health.record.failingStreak == 0)
    #expect(health.record.status == .starting)
    #expect(health.record.log.count == 1)
    // The first success ends the grace.
    _ = health.handle(.alarm, now: 9 * second)
    #expect(health.handle(outcome(0), now: 9 * second).last == .wake(at: 19 * second))
    _ = health.handle(.alarm, now: 19 * second)
    _ = health.handle(outcome(1), now: 19 * second)
    #expect(health.record.status == .unhealthy)
  }

  @Test("A check that takes too long is killed, and counts as failed with a text that says so")
  func timeout() {
    var health = monitor { $0.timeout = 1_500_000_000 }
    _ = health.handle(.started, now: 0)
    _ = health.handle(.alarm, now: 10 * second)
    #expect(health.handle(.alarm, now: 11_500_000_000) == [.kill])
    #expect(health.handle(.alarm, now: 12 * second) == [])
    _ = health.handle(outcome(137, "half"), now: 12 * second)
    let result = health.record.log.last
    #expect(result?.exitCode == -1)
    #expect(result?.output == "Health check exceeded timeout (1.5s): half")
    #expect(result?.start == "1970-01-01T00:00:00Z")
    #expect(result?.end == "1970-01-01T00:00:00.5Z")
    #expect(health.record.failingStreak == 1)
  }

  @Test("The last five results are kept")
  func keptResults() {
    var health = monitor()
    _ = health.handle(.started, now: 0)
    for code in 0..<7 {
      _ = health.handle(.alarm, now: 0)
      _ = health.handle(outcome(Int32(code)), now: 0)
    }
    #expect(health.record.log.map(\.exitCode) == [2, 3, 4, 5, 6])
  }

  @Test("While paused no check runs, and the one that ran is ended and its result forgotten")
  func suspended() {
    var health = monitor()
    _ = health.handle(.started, now: 0)
    #expect(health.handle(.suspended, now: 1) == [.wake(at: nil)])
    #expect(health.handle(.alarm, now: 10 * second) == [])
    _ = health.handle(.resumed, now: 20 * second)
    _ = health.handle(.alarm, now: 30 * second)
    #expect(health.handle(.suspended, now: 31 * second) == [.wake(at: nil), .kill])
    #expect(health.handle(.resumed, now: 31 * second) == [])
    #expect(health.handle(outcome(137), now: 32 * second) == [.wake(at: 42 * second)])
    #expect(health.record.log.isEmpty)
  }

  @Test("A container that is started again begins as starting")
  func startedAgain() {
    var health = monitor { $0.retries = 1 }
    _ = health.handle(.started, now: 0)
    _ = health.handle(.alarm, now: 10 * second)
    _ = health.handle(outcome(1), now: 10 * second)
    #expect(health.record.status == .unhealthy)
    #expect(health.handle(.suspended, now: 11 * second) == [.wake(at: nil)])
    #expect(health.handle(.started, now: 20 * second) == [.wake(at: 30 * second)])
    #expect(health.record.status == .starting)
    #expect(health.record.failingStreak == 0)
  }

  @Test(
    "Durations read as in Docker's messages",
    arguments: [
      (0, "0s"), (1, "1ns"), (1_500, "1.5µs"), (250_000_000, "250ms"), (1_000_000_000, "1s"),
      (90_000_000_000, "1m30s"), (3_600_000_000_000, "1h0m0s"), (3_723_050_000_000, "1h2m3.05s"),
    ] as [(Int64, String)])
  func durations(nanoseconds: Int64, text: String) { #expect(durationText(nanoseconds) == text) }

  @Test("Output of a check is cut at 4096 bytes, with a mark, and mended where it is not UTF-8")
  func output() {
    var output = LimitedOutput()
    output.append(Array("ok\n".utf8))
    #expect(output.text == "ok\n")
    output.append([0xFF])
    #expect(output.text == "ok\n\u{FFFD}")
    output.append([UInt8](repeating: 65, count: 5000))
    output.append([66])
    #expect(output.text.hasSuffix("A..."))
    #expect(output.text.filter { $0 == "A" }.count == 4092)
  }
}
