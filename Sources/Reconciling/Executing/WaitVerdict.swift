import Planning
import Spec

/// Whether a condition holds of a container, may still come to hold, or cannot any more.
enum WaitVerdict: Hashable {
  case holds
  /// In words: what it is now.
  case pending(String)
  /// In words: why never.
  case never(String)

  /// - Parameter status: `nil` when the container is gone.
  init(_ condition: Wait.Condition, _ status: ContainerStatus?) {
    guard let status else {
      self = .never("is gone")
      return
    }
    if condition == .steady, status.restarts > 0 || status.state == .restarting {
      self = .never("restarted\(status.exitCode.map { " after exit status \($0)" } ?? "")")
      return
    }
    switch (condition, status.state) {
    case (.completed, .exited): self = status.succeeded ? .holds : .never(status.exit)
    case (.ready, .exited), (.steady, .exited):
      let mayEnd = status.restart == .no || status.restart == .onFailure
      self = status.succeeded && mayEnd ? .holds : .never(status.exit)
    case (.healthy, .exited): self = .never(status.exit)
    case (_, .dead), (_, .removing): self = .never("is being removed")
    case (_, .created): self = .never("was not started")
    case (_, .paused): self = .pending("is paused")
    case (_, .restarting): self = .pending("is restarting\(status.exitCode.map { " after exit status \($0)" } ?? "")")
    case (.completed, .running): self = .pending("is running")
    case (.healthy, .running), (.ready, .running), (.steady, .running):
      switch status.health {
      case .healthy: self = .holds
      case .unhealthy: self = .never("is unhealthy")
      case .starting: self = .pending("is starting")
      case nil:
        self = condition != .healthy ? .holds : .never("has no health check, so it is never healthy")
      }
    }
  }
}

extension ContainerStatus {
  fileprivate var succeeded: Bool { exitCode == 0 && !outOfMemory }

  fileprivate var exit: String {
    guard let exitCode else { return "ended" }
    return "exited (\(exitCode))\(outOfMemory ? " because it ran out of memory" : "")"
  }
}
