import Launch
import Linux

extension Supervisor {
  /// Lets the health monitor answer an event, and does what it says.
  func performHealth(_ event: HealthMonitor.Event) {
    let before = health?.record.status
    defer { if let after = health?.record.status, after != before { noteHealth(after) } }
    for action in health?.handle(event, now: Monotonic.now) ?? [] {
      switch action {
      case .run: startProbe()
      case .kill: if let probe { ProcessTree.kill(probe.process.pid, among: sandbox.processes()) }
      case .wake(let deadline): loop.set(.health, at: deadline)
      case .record: writeState()
      }
    }
  }

  private func noteHealth(_ status: HealthRecord.Status) {
    // That it is being found out again, after a restart, is no news.
    if status != .starting { journal.note("health_status: \(status.rawValue)") }
  }

  private func startProbe() {
    guard let check = message.health else { return }
    do {
      probe = try HealthProbe(check, in: sandbox, loop: loop) { [unowned self] outcome in
        probe = nil
        performHealth(.finished(outcome))
        settleSoon()
      }
    } catch {
      let now = Timestamp.now()
      performHealth(
        .finished(HealthMonitor.Outcome(exitCode: -1, output: error.description, start: now, end: now)))
    }
  }
}
