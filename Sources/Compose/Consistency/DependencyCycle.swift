import YAML

/// Services that wait for each other would never start.
enum DependencyCycle {
  static func check(_ services: Mapping, report: Report) {
    var finished: Set<String> = []
    for entry in services.entries.sorted(by: { $0.key < $1.key }) {
      var path: [String] = []
      guard let cycle = search(entry.key, services, &path, &finished) else { continue }
      let mark = services[cycle[0]]?["depends_on"]?.mapping?.entry(cycle[1])?.mark
      report.fail(
        cycle.count == 2
          ? "the service depends on itself" : "services depend on each other: \(cycle.joined(separator: " → "))",
        at: NodePath(keys: "services", cycle[0], "depends_on"), mark)
      return
    }
  }

  /// The cycle that a service is in or leads to. Depth first, with a stack of its own: chains may be long.
  private static func search(
    _ start: String, _ services: Mapping, _ path: inout [String], _ finished: inout Set<String>
  ) -> [String]? {
    var stack: [(name: String, dependencies: ArraySlice<String>)] = []
    func enter(_ name: String) {
      path.append(name)
      stack.append((name, (services[name]?["depends_on"]?.mapping?.entries.map(\.key).sorted() ?? [])[...]))
    }
    var onPath: Set<String> = [start]
    if finished.contains(start) { return nil }
    enter(start)
    while let top = stack.last {
      guard let next = top.dependencies.first else {
        finished.insert(top.name)
        onPath.remove(top.name)
        path.removeLast()
        stack.removeLast()
        continue
      }
      stack[stack.count - 1].dependencies.removeFirst()
      if onPath.contains(next) { return path[path.firstIndex(of: next)!...] + [next] }
      guard services[next] != nil, !finished.contains(next) else { continue }
      onPath.insert(next)
      enter(next)
    }
    return nil
  }
}
