import Planning

/// Which changes of a plan may begin, and which never can. A value: the executor keeps it under its lock.
struct ExecutionGraph {
  enum Status {
    /// Something that it waits for is not done.
    case waiting
    case ready
    case begun
    case done
    case failed
    /// Something that it waits for failed.
    case unreachable
  }

  private(set) var status: [Status]
  /// How many changes each one still waits for.
  private var missing: [Int]
  private var dependents: [[Int]]
  /// Begins when what it waits for has come to an end, well or not.
  private let followsFailures: [Bool]
  /// Places of changes that may begin, in the plan's order.
  private(set) var ready: [Int] = []
  private(set) var begun = 0

  init(_ plan: Plan) {
    let count = plan.changes.count
    status = Array(repeating: .waiting, count: count)
    missing = plan.changes.map(\.after.count)
    followsFailures = plan.changes.map(\.action.followsFailures)
    dependents = Array(repeating: [], count: count)
    for (index, change) in plan.changes.enumerated() {
      for id in change.after { dependents[id - 1].append(index) }
      if change.after.isEmpty {
        status[index] = .ready
        ready.append(index)
      }
    }
  }

  /// Nothing goes on and nothing can begin.
  var isAtRest: Bool { begun == 0 && ready.isEmpty }

  /// Takes ready changes, at most `limit`, that `isWanted`.
  mutating func begin(limit: Int = .max, where isWanted: (Int) -> Bool) -> [Int] {
    var taken: [Int] = []
    ready.removeAll { index in
      guard taken.count < limit, isWanted(index) else { return false }
      taken.append(index)
      return true
    }
    for index in taken { status[index] = .begun }
    begun += taken.count
    return taken
  }

  mutating func finish(_ index: Int) {
    status[index] = .done
    begun -= 1
    for dependent in dependents[index] { settle(dependent) }
  }

  private mutating func settle(_ dependent: Int) {
    missing[dependent] -= 1
    if missing[dependent] == 0, status[dependent] == .waiting {
      status[dependent] = .ready
      ready.append(dependent)
    }
  }

  mutating func fail(_ index: Int) {
    status[index] = .failed
    begun -= 1
    var left = dependents[index]
    while let next = left.popLast() {
      if followsFailures[next] {
        settle(next)
        continue
      }
      guard status[next] == .waiting else { continue }
      status[next] = .unreachable
      left += dependents[next]
    }
  }
}
