import Spec

/// Stands behind a group of replaced replicas: whether the roll-out of the service goes on.
///
/// It begins when all before it have come to an end, well or not, and counts.
public struct RolloutCheck: Codable, Hashable, Sendable {
  public var service: String
  /// Names of the replicas that are to be replaced so far.
  public var replicas: [String]
  /// Of all its groups together.
  public var total: Int
  public var policy: RolloutPolicy

  public init(service: String, replicas: [String], total: Int, policy: RolloutPolicy) {
    self.service = service
    self.replicas = replicas
    self.total = total
    self.policy = policy
  }

  /// How many replicas may fail without an end of the roll-out.
  public var allowance: Int {
    policy.failureAction == .continue ? total : Int((policy.maxFailureRatio * Double(total)).rounded(.down))
  }
}
