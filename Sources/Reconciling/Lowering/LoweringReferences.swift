import Compose
import Diagnostics
import Planning
import Spec

extension Lowering {
  /// Keys of the project become names on this machine.
  func resolveReferences(_ container: inout ContainerSpec, _ service: Service) {
    let networks = Dictionary(project.networks.map { ($0.key, $0.definition.name) }, uniquingKeysWith: { $1 })
    container.networks = container.networks.map { attachment in
      var attachment = attachment
      guard let name = networks[attachment.network] else { return attachment }
      attachment.network = name
      // The service's name is the name that its neighbours use; Docker Compose puts it first as well.
      attachment.aliases = ([service.name] + attachment.aliases).uniqued()
      return attachment
    }
    let volumes = Dictionary(project.volumes.map { ($0.key, $0.definition.name) }, uniquingKeysWith: { $1 })
    for index in container.mounts.indices where container.mounts[index].kind == .volume {
      container.mounts[index].source = volumes[container.mounts[index].source] ?? container.mounts[index].source
    }
    if case .container(let name) = container.networkMode { container.networkMode = .container(resolved(name)) }
    container.pid = resolved(container.pid)
    container.ipc = resolved(container.ipc)
    container.uts = resolved(container.uts)
    container.cgroup = resolved(container.cgroup)
    container.links = container.links.map { link in
      let parts = link.split(separator: ":", maxSplits: 1).map(String.init)
      return "\(containerName(ofService: parts[0])):\(parts.last!)"
    }
    container.volumesFrom = container.volumesFrom.map { entry in
      if entry.hasPrefix("container:") { return String(entry.dropFirst("container:".count)) }
      let parts = entry.split(separator: ":", maxSplits: 1).map(String.init)
      return ([containerName(ofService: parts[0])] + parts.dropFirst()).joined(separator: ":")
    }
  }

  private func resolved(_ mode: NamespaceMode) -> NamespaceMode {
    if case .container(let name) = mode { return .container(resolved(name)) }
    return mode
  }

  /// `service:db` → the name of its container; the name of a container stays.
  private func resolved(_ name: String) -> String {
    name.hasPrefix("service:") ? containerName(ofService: String(name.dropFirst("service:".count))) : name
  }

  func dependencies(of workload: Workload) -> [Dependency] {
    let kept = Set(project.services.map(\.name))
    return workload.dependencies.compactMap { dependency in
      // The loader has refused required services that are missing and warned about the others.
      guard kept.contains(dependency.service) else { return nil }
      return Dependency(
        service: dependency.service, condition: .init(rawValue: dependency.condition) ?? .started,
        restart: dependency.restart, required: dependency.required)
    }
  }
}

extension Sequence where Element: Hashable {
  /// The elements in order, each once.
  func uniqued() -> [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}
