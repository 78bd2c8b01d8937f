extension Plan {
  /// The roll-outs of the plan, each as its last check sees it.
  public var rollouts: [RolloutCheck] {
    var last: [String: RolloutCheck] = [:]
    var order: [String] = []
    for change in changes {
      guard case .checkRollout(let check) = change.action else { continue }
      if last[check.service] == nil { order.append(check.service) }
      last[check.service] = check
    }
    return order.compactMap { last[$0] }
  }

  /// Whether an earlier check has ended the roll-out that this one is about: it has nothing to judge any more.
  /// - Parameter isDone: whether the change with that id is done.
  public func isEnded(_ check: RolloutCheck, before change: Change, isDone: (Int) -> Bool) -> Bool {
    changes[..<(change.id - 1)].contains { earlier in
      if case .checkRollout(let other) = earlier.action {
        other.service == check.service && !isDone(earlier.id)
      } else {
        false
      }
    }
  }

  /// The replicas that a check finds failed.
  /// - Parameter isDone: whether the change with that id is done.
  public func failedReplicas(_ check: RolloutCheck, before change: Change, isDone: (Int) -> Bool) -> [String] {
    let failed = Set(
      change.after.filter { !isDone($0) }.flatMap { id -> [String] in
        if case .wait(let wait) = changes[id - 1].action { return wait.containers.map(\.name) }
        return [changes[id - 1].object.name]
      })
    return check.replicas.filter(failed.contains)
  }
}
