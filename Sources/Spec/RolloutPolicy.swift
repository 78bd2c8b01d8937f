/// How the replicas of a service are replaced: `deploy.update_config` and `deploy.rollback_config` (compose
/// specification, deploy.md).
public struct RolloutPolicy: Codable, Hashable, Sendable {
  public enum Order: String, Codable, Hashable, Sendable {
    /// The old container ends before its successor begins.
    case stopFirst = "stop-first"
    /// The successor begins, and takes over when it is healthy; only then does the old one end.
    case startFirst = "start-first"
  }

  public enum FailureAction: String, Codable, Hashable, Sendable {
    /// What was not replaced yet stays as it is.
    case pause
    /// The rest is replaced all the same.
    case `continue`
    /// What was replaced goes back to what it was.
    case rollback
  }

  /// How many are replaced at once; 0: all.
  public var parallelism = 1
  /// Nanoseconds between two groups.
  public var delay: Int64 = 0
  /// Nanoseconds for which a new container is watched once it is ready.
  public var monitor: Int64 = 0
  public var failureAction = FailureAction.pause
  /// The part of the replicas that may fail.
  public var maxFailureRatio = 0.0
  public var order = Order.stopFirst

  public init() {}

  enum CodingKeys: String, CodingKey {
    case parallelism, delay, monitor
    case failureAction = "failure_action"
    case maxFailureRatio = "max_failure_ratio"
    case order
  }
}

/// What is done about a container whose health check fails for good (`x-davit: on_unhealthy`).
public enum OnUnhealthy: String, Codable, Hashable, Sendable {
  case none
  case restart
}
