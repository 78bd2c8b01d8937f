import Diagnostics
import Linux

/// What a `wait` waits for; Docker's words.
public enum WaitCondition: String, Hashable, Sendable {
  case notRunning = "not-running"
  /// The next end of a run, a restart by policy included; of one that does not run, the end of its next run.
  case nextExit = "next-exit"
  case removed
}

extension Engine {
  /// - Returns: the exit status of the run that ended last.
  public func wait(_ id: String, for condition: WaitCondition, cancellation: Cancellation? = nil) throws -> Int32 {
    switch condition {
    case .notRunning: return try wait(id, cancellation: cancellation)
    case .nextExit:
      let before = try container(id).finishedAt
      return try wait(id, cancellation: cancellation) { $0.finishedAt != nil && $0.finishedAt != before }.exitCode ?? 0
    case .removed:
      let record = try record(id)
      let begin = Timestamp.now()
      var last: Int32 = 0
      while true {
        let change = try ContainerChange(of: [record.id], host: host, untilRemoved: true)
        guard let found = try containerStore.read(record.id) else {
          return try lastEnd(of: record.id, since: begin) ?? last
        }
        // While it is being removed, what it left behind goes first: that is no end of its own.
        let view = view(of: found)
        if view.finishedAt != nil, let code = view.exitCode { last = code }
        guard change.wait(limit: nil, cancellation: cancellation) else {
          try cancellation?.check()
          continue
        }
      }
    }
  }

  /// What the journal says of how a container's last run ended: it may be removed before anybody can look at it.
  /// - Parameter begin: runs that ended before do not count.
  public func lastEnd(of id: String, since begin: Timestamp) throws -> Int32? {
    var code: Int32?
    let filters = try EventFilters(["type": ["container"], "event": ["die"], "container": [id]])
    try events(EventOptions(since: begin, until: .now(), filters: filters)) { event in
      code = event.attributes["exitCode"].flatMap { Int32($0) } ?? code
      return true
    }
    return code
  }
}
