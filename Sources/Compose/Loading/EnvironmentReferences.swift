import YAML

/// Attributes that name a variable of the environment instead of giving a value.
enum EnvironmentReferences {
  /// Where the value of a secret or config that comes from the environment is kept. It is never printed.
  static let valueKey = "x-#value"

  static func resolve(_ model: inout Node, environment: [String: String]) {
    model.updateMapping { top in
      if let services = top.position(of: "services") {
        top[position: services].updateMapping { services in
          for position in services.entries.indices {
            passThrough(&services[position: position], environment)
          }
        }
      }
      for kind in ["secrets", "configs"] {
        guard let resources = top.position(of: kind) else { continue }
        top[position: resources].updateMapping { resources in
          for position in resources.entries.indices {
            guard let name = resources.entries[position].value["environment"]?.string, let value = environment[name]
            else { continue }
            resources[position: position].updateMapping { $0[valueKey] = Node(value) }
          }
        }
      }
    }
  }

  /// `- NAME` of a service's environment takes the value that the variable has here, in this file's scope.
  private static func passThrough(_ service: inout Node, _ environment: [String: String]) {
    guard let items = service["environment"]?.sequence,
      items.contains(where: { $0.string.map { environment[$0] != nil } ?? false })
    else { return }
    service.updateMapping { service in
      service["environment"]?.value = .sequence(
        items.map { item in
          guard let name = item.string, let value = environment[name] else { return item }
          return Node("\(name)=\(value)", mark: item.mark)
        })
    }
  }
}
