import Diagnostics
import Planning

/// What became of a plan.
public struct Report: Sendable {
  public enum Outcome: Sendable {
    case done
    case failed(Failure)
    /// Something that it waits for failed, or the work was interrupted.
    case notBegun
  }

  public var plan: Plan
  /// In the plan's order.
  public var outcomes: [Outcome]
  /// The person interrupted it.
  public var interrupted = false
  public var warnings: [String] = []
  /// The generation that it made, where there was something to do.
  public var generation: Int?
  /// What became of the way back, where a roll-out failed and the project says to go back.
  public var rollback: Report? {
    get { way.first }
    set { way = newValue.map { [$0] } ?? [] }
  }
  private var way: [Report] = []

  public init(plan: Plan, outcomes: [Outcome]) {
    self.plan = plan
    self.outcomes = outcomes
  }

  public var done: [Change] { changes { if case .done = $0 { true } else { false } } }
  public var failed: [(change: Change, failure: Failure)] {
    zip(plan.changes, outcomes).compactMap { change, outcome in
      if case .failed(let failure) = outcome { (change, failure) } else { nil }
    }
  }
  public var notBegun: [Change] { changes { if case .notBegun = $0 { true } else { false } } }

  /// Everything that was planned is done.
  public var isComplete: Bool { !interrupted && outcomes.allSatisfy { if case .done = $0 { true } else { false } } }

  private func changes(_ isWanted: (Outcome) -> Bool) -> [Change] {
    zip(plan.changes, outcomes).compactMap { isWanted($1) ? $0 : nil }
  }
}
