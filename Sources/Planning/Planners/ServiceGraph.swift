import Diagnostics

/// Which service depends on which.
struct ServiceGraph {
  /// Dependencies before dependents.
  private(set) var order: [String] = []
  private(set) var dependencies: [String: [Dependency]] = [:]

  /// - Throws: where services depend on each other in a circle, naming it.
  init(_ services: [DesiredService]) throws(Failure) {
    dependencies = Dictionary(services.map { ($0.name, $0.dependencies) }, uniquingKeysWith: { $1 })
    order.reserveCapacity(services.count)
    var visited: Set<String> = []
    for service in services where !visited.contains(service.name) {
      try visit(service.name, &visited)
    }
  }

  /// Depth first with a stack of its own: a chain may be as long as the project.
  private mutating func visit(_ root: String, _ visited: inout Set<String>) throws(Failure) {
    var path: [(name: String, next: Int)] = [(root, 0)]
    var onPath: Set<String> = [root]
    while let (name, next) = path.last {
      let all = dependencies[name] ?? []
      if next < all.count {
        path[path.count - 1].next += 1
        let dependency = all[next].service
        if onPath.contains(dependency) {
          let circle = path.map(\.name).drop { $0 != dependency } + [dependency]
          throw Failure(
            .invalidInput, "services depend on each other: \(circle.joined(separator: " → "))", subject: "depends_on")
        }
        if dependencies[dependency] != nil, !visited.contains(dependency) {
          path.append((dependency, 0))
          onPath.insert(dependency)
        }
      } else {
        path.removeLast()
        onPath.remove(name)
        visited.insert(name)
        order.append(name)
      }
    }
  }

  /// The services and all that depend on them.
  func dependents(of names: Set<String>) -> Set<String> {
    if names.isEmpty { return [] }
    var found = names
    for name in order where (dependencies[name] ?? []).contains(where: { found.contains($0.service) }) {
      found.insert(name)
    }
    return found
  }

  /// The services and all that they depend on.
  func closure(of names: [String]) -> Set<String> {
    var found: Set<String> = []
    var left = names
    while let name = left.popLast() {
      guard found.insert(name).inserted else { continue }
      left += (dependencies[name] ?? []).map(\.service).filter { dependencies[$0] != nil }
    }
    return found
  }
}
