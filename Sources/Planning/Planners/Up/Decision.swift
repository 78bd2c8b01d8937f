import Spec

/// What is decided about one container that the project wants.
struct Decision {
  enum Verdict {
    /// There is none.
    case create
    /// Successor first, then the old one goes.
    case recreate
    /// The old one has to be gone before its successor can be made.
    case removeAndCreate
    /// It stays, perhaps changed in place.
    case keep
  }

  var service: String
  /// The replica, from 1.
  var number: Int
  var spec: ContainerSpec
  var current: ObservedContainer?
  var verdict = Verdict.create
  var reasons: [Reason] = []

  // In place.
  /// Attributes to update.
  var fields: [String] = []
  var renamesBack = false
  /// Nothing leads to it, or not everything that should: a roll-out was cut short.
  var takesOver = false
  /// Who still has what it is to take over.
  var relieves: ContainerReference?
  /// In this order: a container that has left its last network cannot be put on another.
  var moves: [Move] = []

  enum Move {
    case connect(NetworkAttachment)
    case disconnect(String)
  }

  /// Why it is started although it stays; `nil`: it is not.
  var startReason: Reason?
  /// Why it is stopped and started again although it stays; empty: it is not.
  var restartReasons: [Reason] = []

  /// Its successor serves before it ends.
  var startsFirst = false

  /// Everything that is written down for it.
  var changes: [PlanBuilder.Index] = []
  /// Of its predecessor.
  var removal: PlanBuilder.Index?
  /// Changes that its start waits for, once they are written down.
  var before: [PlanBuilder.Index] = []
  /// Of itself or its predecessor.
  var stop: PlanBuilder.Index?
  var start: PlanBuilder.Index?
  /// It stays or has a predecessor, which was up.
  var wasUp: Bool { current?.isUp ?? false }

  var allReasons: [Reason] { reasons + restartReasons + (startReason.map { [$0] } ?? []) }
  var object: ObjectReference { ObjectReference(.container, spec.name, key: service) }
  var isNew: Bool { verdict != .keep }
  var changesInPlace: Bool { !fields.isEmpty || renamesBack || takesOver || !moves.isEmpty }
  /// It is as it should be, and left alone.
  var isRight: Bool { verdict == .keep && !changesInPlace && startReason == nil && restartReasons.isEmpty }
  /// It was never started, so no step of `pre_start` has succeeded for it.
  var isUnprepared: Bool { isNew || current?.state == .created }
  /// It runs anew after this plan.
  var comesUp: Bool { isNew || startReason != nil || !restartReasons.isEmpty }

  /// The container in its place once the plan is done.
  var reference: ContainerReference {
    if verdict == .keep, let current { return ContainerReference(id: current.id, name: spec.name) }
    return ContainerReference(name: spec.name)
  }
}

/// A container that goes.
struct Departure {
  var container: ObservedContainer
  var reason: Reason
  /// The name in whose group it is shown.
  var object: ObjectReference
  var removal: PlanBuilder.Index?
  var stop: PlanBuilder.Index?
  /// It goes only once this one runs.
  var successor: String?
}
