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
      var last: Int32 = 0
      while true {
        let change = try ContainerChange(of: [record.id], host: host, untilRemoved: true)
        guard let record = try containerStore.read(record.id) else { return last }
        // While it is being removed, what it left behind goes first: that is no end of its own.
        let view = view(of: record)
        if view.finishedAt != nil, let code = view.exitCode { last = code }
        guard change.wait(limit: nil, cancellation: cancellation) else {
          try cancellation?.check()
          continue
        }
      }
    }
  }
}
