import Linux
import Planning

/// One apply of a project: what was wanted, who wanted it, what was done for it, and how that went.
public struct Generation: Codable, Sendable {
  public enum Status: String, Codable, Hashable, Sendable {
    /// It is being applied, or whoever did it died.
    case unfinished
    case succeeded
    case failed
    /// It failed, and what ran before was brought back.
    case rolledBack = "rolled_back"
    case interrupted
  }

  public static let formatVersion = 1

  public var version = Generation.formatVersion
  /// From 1 within the project.
  public var number: Int
  public var began: Timestamp
  public var ended: Timestamp?
  public var origin: Origin?
  public var status = Status.unfinished
  /// What failed, in words.
  public var failures: [String] = []
  /// With image digests and digests of secrets and configs, whose bytes are kept next to it.
  public var desired: Desired
  public var plan: Plan

  public init(number: Int, began: Timestamp, origin: Origin?, desired: Desired, plan: Plan) {
    self.number = number
    self.began = began
    self.origin = origin
    self.desired = desired
    self.plan = plan
  }

  /// Digests of the secrets and configs that it needs.
  var contents: Set<String> {
    Set(
      desired.services.flatMap { $0.containers + ($0.template.map { [$0] } ?? []) }.flatMap(\.files).map(
        \.contentDigest))
  }
}

extension Generation.Status {
  init(_ report: Report) {
    self =
      report.rollback.map { $0.isComplete ? .rolledBack : .failed }
      ?? (report.interrupted ? .interrupted : report.isComplete ? .succeeded : .failed)
  }
}
