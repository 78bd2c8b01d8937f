import Diagnostics
import Engine

extension Engine {
  /// Containers of a project, by name.
  /// - Parameter services: only of these; empty: of all.
  /// - Parameter oneOff: those that `run` made, too.
  func containers(of project: String, services: [String] = [], all: Bool = true, oneOff: Bool = false) throws
    -> [ContainerView]
  {
    try containers(project: project, all: all).filter { container in
      guard let owner = container.record.owner, oneOff || !owner.oneOff else { return false }
      return services.isEmpty || services.contains(owner.service)
    }.sorted { $0.name < $1.name }
  }

  /// The replica that `--index` means: the first that runs where none is given.
  func replica(of service: String, in project: String, index: Int?) throws -> ContainerView {
    let candidates = try containers(of: project, services: [service])
      .sorted { ($0.record.owner?.number ?? 0) < ($1.record.owner?.number ?? 0) }
    if let index, index > 0 {
      guard let container = candidates.first(where: { $0.record.owner?.number == index }) else {
        throw Failure(.notFound, "service \"\(service)\" is not running container #\(index)")
      }
      return container
    }
    guard let container = candidates.first(where: \.isRunning) ?? candidates.first else {
      throw Failure(.notFound, "service \"\(service)\" is not running")
    }
    return container
  }

  func runningReplica(of service: String, in project: String, index: Int?) throws -> ContainerView {
    let container = try replica(of: service, in: project, index: index)
    guard container.isRunning else { throw Failure(.conflict, "service \"\(service)\" is not running") }
    return container
  }
}

extension ContainerView {
  /// By which logs call it: without the project, unless it has a name of its own.
  var shortName: String {
    guard let owner = record.owner, name.hasPrefix(owner.project), name.count > owner.project.count + 1 else {
      return name
    }
    let rest = name.dropFirst(owner.project.count)
    return rest.hasPrefix("-") || rest.hasPrefix("_") ? String(rest.dropFirst()) : name
  }
}
