import Compose
import Planning
import Spec

extension Lowering {
  /// A service that somebody else's program provides: nothing of it is on this machine.
  func providedService(_ service: Service, _ provider: ProviderSpec) -> DesiredService {
    var desired = DesiredService(name: service.name, containers: [], dependencies: dependencies(of: service.workload))
    desired.provider = provider
    if let known = options.provided[service.name] {
      desired.provider?.variables = known.variables
      desired.provider?.rawVariables = known.rawVariables
    }
    return desired
  }

  /// The variables that providers gave for those who depend on them.
  func addProvidedVariables(to container: inout ContainerSpec, of service: Service) {
    for dependency in service.workload.dependencies {
      guard let provided = options.provided[dependency.service] else { continue }
      for (name, value) in provided.variables {
        container.environment["\(dependency.service.uppercased())_\(name)"] = value
      }
      container.environment.merge(provided.rawVariables) { $1 }
    }
  }
}
