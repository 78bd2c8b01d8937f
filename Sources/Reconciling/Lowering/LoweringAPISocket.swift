import Compose
import Diagnostics
import Spec

extension Lowering {
  /// Where clients of Docker look for the engine, and for a person's credentials when DOCKER_CONFIG says so.
  private static let place = "/var/run/docker.sock"
  private static let configuration = "/run/secrets/docker"

  /// `use_api_socket`: the socket of `davit serve` and the credentials for registries, unless the service has its own.
  func addAPISocket(to container: inout ContainerSpec, of service: Service) throws {
    guard service.workload.usesAPISocket else { return }
    let subject = "services.\(service.name).use_api_socket"
    do {
      var mount = MountSpec(.bind, source: try surroundings.apiSocket(), target: Self.place)
      mount.createHostPath = false
      container.mounts.append(mount)
      guard container.environment["DOCKER_CONFIG"] == nil else { return }
      let content = try surroundings.registryCredentials()
      var file = FileSpec(
        .secret, name: "#apisocket", target: "\(Self.configuration)/config.json", content: content,
        contentDigest: surroundings.digest(content))
      file.mode = 0o400
      container.files.append(file)
      container.environment["DOCKER_CONFIG"] = Self.configuration
    } catch let failure as Failure {
      throw failure.about(subject)
    }
  }
}
