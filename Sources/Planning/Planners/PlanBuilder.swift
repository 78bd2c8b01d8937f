import Diagnostics

/// Collects changes in any order and sorts them.
struct PlanBuilder {
  typealias Index = Int

  private(set) var changes: [Change] = []
  private var edges: [[Index]] = []
  /// What runs before a change and belongs to it: what that waits for, this waits for as well.
  var preludes: [Index: Index] = [:]

  @discardableResult
  mutating func add(
    _ action: Action, _ object: ObjectReference, _ reasons: [Reason] = [], after: [Index] = []
  ) -> Index {
    changes.append(Change(id: 0, object: object, action: action, reasons: reasons))
    edges.append(after)
    return changes.count - 1
  }

  /// It, and what runs before it and belongs to it, leave the last replica that serves alone.
  mutating func spareLast(_ change: Index) {
    changes[change].sparesLast = true
    if let prelude = preludes[change] { changes[prelude].sparesLast = true }
  }

  mutating func order(_ change: Index, after earlier: Index) {
    guard change != earlier, preludes[change] != earlier else { return }
    edges[change].append(earlier)
    if let prelude = preludes[change] { edges[prelude].append(earlier) }
  }

  mutating func order(_ change: Index, after earlier: [Index]) {
    for index in earlier { order(change, after: index) }
  }

  mutating func setReasons(_ reasons: [Reason], of change: Index) { changes[change].reasons = reasons }

  /// The change after which the container of that id is not on the network any more.
  func lastDeparture(of id: String, from network: String) -> Index? {
    changes.lastIndex { change in
      switch change.action {
      case .removeContainer(let container, _): container.id == id
      case .disconnect(let container, let name): container.id == id && name == network
      default: false
      }
    }
  }

  /// The changes, each after all that it waits for, otherwise in the order in which they were added.
  /// - Throws: when changes wait for each other, which no project that was checked leads to.
  func sorted() throws(Failure) -> [Change] {
    // In whatever order the edges were found, the result is the same.
    let edges = edges.map { Array(Set($0)).sorted() }
    var number = [Int](repeating: 0, count: changes.count)  // 0: not seen, -1: on the way
    var result: [Change] = []
    result.reserveCapacity(changes.count)
    for root in changes.indices where number[root] == 0 {
      var path: [(index: Index, next: Int)] = [(root, 0)]
      number[root] = -1
      while let (index, next) = path.last {
        if next < edges[index].count {
          path[path.count - 1].next += 1
          let earlier = edges[index][next]
          if number[earlier] == 0 {
            number[earlier] = -1
            path.append((earlier, 0))
          } else if number[earlier] == -1 {
            let circle = path.map(\.index).drop { $0 != earlier }.map { changes[$0].object.description }
            throw Failure(.conflict, "changes wait for each other: \(circle.joined(separator: ", "))")
          }
        } else {
          path.removeLast()
          var change = changes[index]
          change.id = result.count + 1
          change.after = edges[index].map { number[$0] }.sorted()
          number[index] = change.id
          result.append(change)
        }
      }
    }
    return result
  }
}
