import Diagnostics
import Linux
import Planning

extension Executor {
  private enum Pace {
    /// How long one container is looked at while others are waited for, too.
    static let turn: Int64 = 50_000_000
    /// How long the only one is.
    static let patience: Int64 = 500_000_000
    /// When a person is told for the first time what is waited for, and how often then.
    static let notice: Int64 = 10_000_000_000
  }

  /// Returns when the condition holds of all containers; ends at once when it cannot any more.
  func waitUntilHolds(_ change: Change) throws {
    guard case .wait(let wait) = change.action else { return }
    let settling = change.reasons == [.requested] ? execution.settling : 0
    do { try waitUntilHolds(wait, settling) } catch let failure as Failure
      where !wait.required && failure.code != .interrupted
    {
      // Whoever depends on it said that it can do without.
      warn(failure.description)
      sequence.send(ProgressEvent(change.object, .warning, detail: failure.description))
    }
  }

  private func waitUntilHolds(_ wait: Wait, _ settling: Int64) throws {
    var left = wait.containers
    var nextNotice = Monotonic.now + Pace.notice
    let begin = Monotonic.now
    for container in left { sequence.send(ProgressEvent(object(container, wait), .waiting)) }
    while !left.isEmpty {
      var pending: [String] = []
      for container in left {
        let limit = min(left.count == 1 ? Pace.patience : Pace.turn, deadline.map { $0 - Monotonic.now } ?? .max)
        let due = begin + (wait.duration ?? settling)
        switch try verdict(of: container, wait.condition, due: due, limit: max(limit, 0)) {
        case .holds:
          left.removeAll { $0 == container }
          let status: ProgressEvent.Status = wait.condition == .completed ? .exited : .healthy
          sequence.send(ProgressEvent(object(container, wait), status))
        case .never(let reason):
          if wait.required { sequence.send(ProgressEvent(object(container, wait), .failed, detail: reason)) }
          throw failure(container, wait, reason)
        case .pending(let reason): pending.append("container \(container.name) \(reason)")
        }
      }
      if left.isEmpty { return }
      if isInterrupted { throw Failure(.interrupted, "interrupted", exitStatus: ExitStatus.interrupted) }
      if let deadline, Monotonic.now >= deadline {
        for container in left where wait.required {
          sequence.send(ProgressEvent(object(container, wait), .failed, detail: "timed out"))
        }
        throw Failure(
          .timedOut, "timed out waiting for it to be \(wait.condition.inWords): \(pending.joined(separator: ", "))",
          subject: "service \(wait.service)", hint: lastWords(of: left[0]))
      }
      if Monotonic.now >= nextNotice {
        nextNotice = Monotonic.now + Pace.notice
        let seconds = (Monotonic.now - begin) / 1_000_000_000
        let detail = "for \(seconds) s until \(wait.service) is \(wait.condition.inWords): "
        for container in left {
          sequence.send(
            ProgressEvent(object(container, wait), .waiting, detail: detail + pending.joined(separator: ", ")))
        }
      }
    }
  }

  private func verdict(
    of container: ContainerReference, _ condition: Wait.Condition, due: Int64, limit: Int64
  ) throws -> WaitVerdict {
    let isEarly = Monotonic.now < due
    let limit = isEarly ? min(limit, max(due - Monotonic.now, 0)) : limit
    let status = try platform.wait(id(of: container), limit: limit, cancellation: execution.cancellation) { status in
      switch WaitVerdict(condition, status) {
      case .pending: false
      case .holds: condition != .steady && !(isEarly && isUnproven(status, condition))
      case .never: true
      }
    }
    let verdict = WaitVerdict(condition, status)
    // It is steady when the time is over.
    guard verdict == .holds, Monotonic.now < due else { return verdict }
    if condition == .steady { return .pending("is watched") }
    return isUnproven(status, condition) ? .pending("has only just started") : verdict
  }

  /// It runs, and there is nothing that tells whether it is well.
  private func isUnproven(_ status: ContainerStatus?, _ condition: Wait.Condition) -> Bool {
    condition == .ready && status?.state == .running && status?.health == nil
  }

  private func object(_ container: ContainerReference, _ wait: Wait) -> ObjectReference {
    ObjectReference(.container, container.name, key: wait.service)
  }

  private func failure(_ container: ContainerReference, _ wait: Wait, _ reason: String) -> Failure {
    Failure(
      .conflict, "container \(container.name) \(reason), and it was waited for to be \(wait.condition.inWords)",
      subject: "service \(wait.service)", hint: lastWords(of: container))
  }

  /// What the culprit said last: of its health check, of its log.
  private func lastWords(of container: ContainerReference) -> String? {
    var parts: [String] = []
    let id = id(of: container)
    if let output = try? platform.status(id)?.healthOutput, !output.isEmpty {
      parts.append("its last health check said:" + indented(output.split(separator: "\n").suffix(10)))
    }
    let lines = platform.lastLogLines(id, count: 10)
    if !lines.isEmpty { parts.append("its log ends with:" + indented(lines[...].map { $0[...] })) }
    return parts.isEmpty ? nil : parts.joined(separator: "\n  ")
  }

  private func indented(_ lines: some Sequence<Substring>) -> String {
    lines.map { "\n    | \($0)" }.joined()
  }
}

extension Wait.Condition {
  var inWords: String {
    switch self {
    case .healthy: "healthy"
    case .completed: "completed successfully"
    case .ready: "running and healthy"
    case .steady: "running and healthy for a while"
    }
  }
}
