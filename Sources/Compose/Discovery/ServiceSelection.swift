import Diagnostics
import YAML

/// Which services of a project are wanted: by profile, and by name on the command line.
struct ServiceSelection {
  /// The profiles that are active.
  private(set) var profiles: [String]

  /// Splits services by profile. A service that is named activates its own profiles.
  init(profiles: [String], named: [String], services: Mapping) {
    self.profiles = profiles
    for name in named {
      guard let service = services[name], !isEnabled(service) else { continue }
      self.profiles += Self.profiles(of: service)
    }
  }

  func isEnabled(_ service: Node) -> Bool {
    let own = Self.profiles(of: service)
    return own.isEmpty || profiles.contains { $0 == "*" || own.contains($0) }
  }

  static func profiles(of service: Node) -> [String] { service["profiles"]?.sequence?.compactMap(\.string) ?? [] }

  /// The named services and everything that they depend on.
  static func closure(of named: [String], in services: Mapping) throws(Failures) -> Set<String> {
    var wanted: Set<String> = []
    var missing: [Failure] = []
    var waiting = named.map { (name: $0, neededBy: String?.none) }
    while let (name, neededBy) = waiting.popLast() {
      guard !wanted.contains(name) else { continue }
      guard let service = services[name] else {
        missing.append(
          Failure(
            .notFound,
            neededBy.map { "there is no service `\(name)`, which `\($0)` depends on" }
              ?? "there is no service `\(name)`",
            hint: closest(to: name, among: services.keys).map { "did you mean `\($0)`?" }))
        continue
      }
      wanted.insert(name)
      for dependency in service["depends_on"]?.mapping?.entries ?? [] {
        if services[dependency.key] == nil, dependency.value["required"]?.bool == false { continue }
        waiting.append((dependency.key, name))
      }
    }
    guard missing.isEmpty else { throw Failures(missing) }
    return wanted
  }
}
