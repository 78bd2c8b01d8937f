import Diagnostics
import Spec

extension Desired {
  /// The project with other numbers of replicas (`--scale web=3`).
  public func scaled(_ counts: [String: Int]) throws(Failure) -> Desired {
    if counts.isEmpty { return self }
    var result = self
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
      guard let index = services.firstIndex(where: { $0.name == name }) else { throw noService(name) }
      try result.services[index].scale(to: count)
    }
    return result
  }

  func noService(_ name: String) -> Failure {
    let names = services.map(\.name).joined(separator: ", ")
    return Failure(
      .notFound, "no such service", subject: "service \(name)",
      hint: disabledServices.contains(name)
        ? "its profile is not active" : names.isEmpty ? nil : "the project has: \(names)")
  }
}

extension DesiredService {
  mutating func scale(to count: Int) throws(Failure) {
    guard count >= 0 else {
      throw Failure(.invalidInput, "a service cannot have \(count) replicas", subject: "services.\(name).scale")
    }
    guard count > containers.count else {
      if template == nil { template = containers.first }
      containers.removeLast(containers.count - count)
      return
    }
    guard !hasFixedName || count == 1 else {
      throw Failure(
        .invalidInput, "container_name is one name, and \(count) replicas need \(count)",
        subject: "services.\(name).container_name", hint: "remove container_name to scale the service")
    }
    guard let first = containers.first ?? template else {
      throw Failure(
        .invalidInput, "it has no replica to make more of", subject: "services.\(name).scale")
    }
    for number in containers.count + 1...count {
      var spec = first
      if number > 1 { spec.rename(to: "\(first.name.dropLast())\(number)") }  // the name of replica 1 ends with 1
      containers.append(spec)
    }
  }
}

extension ContainerSpec {
  /// The name, also where it is an alias of itself.
  fileprivate mutating func rename(to other: String) {
    for index in networks.indices {
      networks[index].aliases = networks[index].aliases.map { $0 == name ? other : $0 }
    }
    name = other
  }
}
