import Launch
import Linux

/// When a container's check runs and what its results mean, as a pure reducer. Times are nanoseconds of the monotonic
/// clock, but for the texts of the record.
///
/// As Docker: the first check comes after one interval, the next one interval after the end of the last; a failure
/// within the start period does not count while the container was never healthy.
struct HealthMonitor: Hashable, Sendable {
  enum Event: Hashable, Sendable {
    /// The container runs: for the first time, or again.
    case started
    /// It was paused or it ended: no checks until it is resumed or started.
    case suspended
    case resumed
    /// The moment that `.wake` asked for.
    case alarm
    /// The check that was asked for came to its end, however it did.
    case finished(Outcome)
  }

  /// What is known of a check that ended.
  struct Outcome: Hashable, Sendable {
    /// -1: it could not be run.
    var exitCode: Int32
    var output: String
    /// Wall clock.
    var start: Timestamp
    var end: Timestamp
  }

  enum Action: Hashable, Sendable {
    case run
    /// End the check that runs, with all that it started; `.finished` follows.
    case kill
    case wake(at: Int64?)
    case record
  }

  /// What Docker keeps.
  static let keptResults = 5

  private enum Phase: Hashable, Sendable {
    case off
    case waiting
    case running(since: Int64, timedOut: Bool)
    /// A check is being ended whose result nobody wants; `next`: begin to wait when it is gone.
    case abandoned(next: Bool)
  }

  private let check: HealthLaunch
  private var phase = Phase.off
  private var startedAt: Int64 = 0
  private(set) var record = HealthRecord()

  init(_ check: HealthLaunch) { self.check = check }

  mutating func handle(_ event: Event, now: Int64) -> [Action] {
    switch event {
    case .started:
      startedAt = now
      record.status = .starting
      record.failingStreak = 0
      return begin(now: now)
    case .resumed: return begin(now: now)
    case .suspended:
      switch phase {
      case .off: return []
      case .waiting:
        phase = .off
        return [.wake(at: nil)]
      case .running:
        phase = .abandoned(next: false)
        return [.wake(at: nil), .kill]
      case .abandoned:
        phase = .abandoned(next: false)
        return []
      }
    case .alarm:
      switch phase {
      case .waiting:
        phase = .running(since: now, timedOut: false)
        return [.run, .wake(at: now + check.timeout)]
      case .running(let since, false):
        phase = .running(since: since, timedOut: true)
        return [.kill]
      case .off, .running, .abandoned: return []
      }
    case .finished(let outcome): return finished(outcome, now: now)
    }
  }

  private mutating func begin(now: Int64) -> [Action] {
    if case .abandoned = phase {
      phase = .abandoned(next: true)
      return []
    }
    phase = .waiting
    return [.wake(at: now + pause(now: now))]
  }

  private func pause(now: Int64) -> Int64 {
    let isStarting = now - startedAt < check.startPeriod && record.status == .starting
    return isStarting ? check.startInterval : check.interval
  }

  private mutating func finished(_ outcome: Outcome, now: Int64) -> [Action] {
    switch phase {
    case .off, .waiting: return []
    case .abandoned(let next):
      phase = .off
      return next ? begin(now: now) : []
    case .running(let since, let timedOut):
      phase = .waiting
      note(outcome, since: since, timedOut: timedOut)
      return [.record, .wake(at: now + pause(now: now))]
    }
  }

  private mutating func note(_ outcome: Outcome, since: Int64, timedOut: Bool) {
    var outcome = outcome
    if timedOut {
      outcome.exitCode = -1
      let text = "Health check exceeded timeout (\(durationText(check.timeout)))"
      outcome.output = outcome.output.isEmpty ? text : "\(text): \(outcome.output)"
    }
    record.log.append(
      HealthRecord.Result(
        start: outcome.start.description, end: outcome.end.description, exitCode: outcome.exitCode,
        output: outcome.output))
    if record.log.count > HealthMonitor.keptResults { record.log.removeFirst() }
    if outcome.exitCode == 0 {
      record.failingStreak = 0
      record.status = .healthy
      return
    }
    if record.status == .starting, since - startedAt < check.startPeriod { return }
    record.failingStreak += 1
    if record.failingStreak >= check.retries { record.status = .unhealthy }
  }
}
