import Compose
import Diagnostics
import Planning
import Spec

/// Project → desired state: names are given, references resolved to names on this machine, images to digests, and the
/// contents of secrets and configs looked up.
public struct Lowering {
  /// What lowering must ask the machine.
  public struct Surroundings {
    /// The digest of an image's configuration, or `nil` where the image is not here.
    public var imageID: (_ reference: String, _ platform: String?) throws -> String?
    /// The whole of a file.
    public var read: (_ path: String) throws -> [UInt8]
    public var isDirectory: (_ path: String) -> Bool
    /// Asked for each secret and config of a file once its bytes are known: where they may not be kept with the
    /// container, they are put elsewhere, and `hostPath` says where.
    public var place: (_ file: inout FileSpec, _ path: String) throws -> Void = { _, _ in }
    /// The socket on which the engine's interface is served, for containers that use it.
    public var apiSocket: () throws -> String = { throw Failure(.unsupported, "nobody serves the engine's interface") }
    /// A `config.json` with what is known of registries, for the same.
    public var registryCredentials: () throws -> [UInt8] = { [] }
    /// `sha256:…` of bytes.
    public var digest: (_ bytes: [UInt8]) -> String

    public init(
      imageID: @escaping (String, String?) throws -> String?, read: @escaping (String) throws -> [UInt8],
      isDirectory: @escaping (String) -> Bool, digest: @escaping ([UInt8]) -> String
    ) {
      self.imageID = imageID
      self.read = read
      self.isDirectory = isDirectory
      self.digest = digest
    }
  }

  public struct Options {
    /// `--scale`, by service.
    public var scale: [String: Int] = [:]
    /// Between the parts of a container's name: `_` with `--compatibility`.
    public var separator = "-"
    /// Of the program, for the label that says what made an object.
    public var version: String?
    /// What the providers of services gave, by service.
    public var provided: [String: ProviderSpec] = [:]
    /// A missing image is left unresolved: for what needs no image, like `down`.
    public var allowsMissingImages = false
    /// A variable that a secret or config is to come from need not be set: for the same.
    public var allowsMissingVariables = false

    public init() {}
  }

  let project: Project
  let surroundings: Surroundings
  let options: Options
  var failures: [Failure] = []
  /// By kind and name.
  var sources: [String: DesiredFile] = [:]

  /// - Throws: `Failures`: every image, secret and reference that cannot be resolved, in one go.
  public static func desired(
    _ project: Project, _ surroundings: Surroundings, options: Options = Options()
  ) throws -> Desired {
    var lowering = Lowering(project: project, surroundings: surroundings, options: options)
    var desired = Desired(
      project: project.name, services: project.services.map { lowering.service($0) },
      networks: project.networks.map { lowering.network($0) }, volumes: project.volumes.map { lowering.volume($0) })
    desired.disabledServices = project.disabledServices
    desired.files = lowering.sources.values.sorted { ($0.kind.rawValue, $0.name) < ($1.kind.rawValue, $1.name) }
    guard lowering.failures.isEmpty else { throw Failures(lowering.failures) }
    return desired
  }

  private init(project: Project, surroundings: Surroundings, options: Options) {
    self.project = project
    self.surroundings = surroundings
    self.options = options
  }

  private mutating func service(_ service: Service) -> DesiredService {
    if let provider = service.provider { return providedService(service, provider) }
    let replicas = options.scale[service.name] ?? service.replicas
    if service.fixedName != nil && replicas > 1 {
      failures.append(
        Failure(
          .invalidInput, "container_name allows one container, and \(replicas) are asked for",
          subject: "services.\(service.name)", location: service.mark.location,
          hint: "leave container_name out, or scale to 1"))
    }
    let template = container(of: service)
    var desired = DesiredService(
      name: service.name, containers: (0..<max(0, replicas)).map { replica($0 + 1, of: service, template) },
      dependencies: dependencies(of: service.workload))
    desired.hasFixedName = service.fixedName != nil
    desired.attach = service.attach
    desired.update = service.update
    desired.rollback = service.rollback
    desired.onUnhealthy = service.onUnhealthy
    return desired
  }

  private func replica(_ number: Int, of service: Service, _ template: ContainerSpec) -> ContainerSpec {
    var container = template
    container.name = service.fixedName ?? containerName(service.name, number)
    container.labels["com.docker.compose.container-number"] = String(number)
    return container
  }

  /// `<project>-<service>-<number>`
  func containerName(_ service: String, _ number: Int) -> String {
    [project.name, service, String(number)].joined(separator: options.separator)
  }

  /// The container that `service:x` means: its first.
  func containerName(ofService name: String) -> String {
    project.services.first { $0.name == name }?.fixedName ?? containerName(name, 1)
  }

  private mutating func container(of service: Service) -> ContainerSpec {
    var container = service.workload.container
    if container.image.isEmpty { container.image = "\(project.name)\(options.separator)\(service.name)" }
    container.imageID = imageID(of: container, service)
    for index in (container.preStart ?? []).indices {
      if container.preStart![index].image.isEmpty { container.preStart![index].image = container.image }
      var step = ContainerSpec(name: "", image: container.preStart![index].image)
      if step.image == container.image {
        container.preStart![index].imageID = container.imageID
      } else {
        step.platform = nil
        container.preStart![index].imageID = imageID(of: step, service)
      }
    }
    resolveReferences(&container, service)
    readSeccompProfiles(&container, service.name)
    addProvidedVariables(to: &container, of: service)
    container.files = files(of: service, &container)
    do { try addAPISocket(to: &container, of: service) } catch {
      failures.append(error as? Failure ?? Failure(.system, "\(error)"))
    }
    container.labels.merge(projectLabels(of: service, imageID: container.imageID)) { $1 }
    return container
  }

  private mutating func imageID(of container: ContainerSpec, _ service: Service) -> String {
    do {
      if let id = try surroundings.imageID(container.image, container.platform) { return id }
      if options.allowsMissingImages { return "" }
      failures.append(
        Failure(
          .notFound, "image \(container.image) is not on this machine", subject: "services.\(service.name).image",
          location: service.mark.location,
          hint: service.workload.build == nil
            ? "`davit compose pull \(service.name)` fetches it from its registry; `davit image load` brings archives in"
            : "`davit compose build \(service.name)` builds it"))
    } catch let failure as Failure {
      failures.append(failure.about("services.\(service.name).image"))
    } catch {
      failures.append(Failure(.system, "\(error)", subject: "services.\(service.name).image"))
    }
    return ""
  }
}
