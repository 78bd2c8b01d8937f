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
}
