import Building
import Compose
import Diagnostics
import Dockerfile
import Engine
import Glibc
import Images
import Linux
import OCI

/// The images of a project that are built.
struct ProjectBuilds {
  let invocation: Invocation
  let project: Project
  let engine: Engine

  /// How an image is called that its service gives no name.
  func imageName(_ service: Service) -> String {
    let container = service.workload.container
    if !container.image.isEmpty { return container.image }
    let isOld = invocation.arguments.boolean("compatibility") || invocation.isOn("COMPOSE_COMPATIBILITY")
    return "\(project.name)\(isOld ? "_" : "-")\(service.name)"
  }

  func isPresent(_ service: Service) throws -> Bool {
    do { _ = try engine.images.resolve(imageName(service)) } catch let failure as Failure
      where failure.code == .notFound
    { return false }
    return true
  }

  /// Services that are built, those first whose images others name as their context.
  func ordered(_ services: [Service]) throws -> [Service] {
    var ordered: [Service] = []
    func add(_ service: Service, _ path: [String]) throws {
      guard !ordered.contains(where: { $0.name == service.name }), let build = try service.buildDefinition() else {
        return
      }
      guard !path.contains(service.name) else {
        throw Failure(
          .invalidInput, "is built from itself: \((path + [service.name]).joined(separator: " → "))",
          subject: "services.\(service.name).build")
      }
      for context in build.additionalContexts.values.sorted() where context.hasPrefix("service:") {
        let name = String(context.dropFirst(8))
        guard let other = project.services.first(where: { $0.name == name }), other.workload.build != nil else {
          throw Failure(
            .notFound, "there is no service \(name) that is built", subject: "services.\(service.name).build")
        }
        try add(other, path + [service.name])
      }
      ordered.append(service)
    }
    for service in services { try add(service, []) }
    return ordered
  }

  /// - Parameter adjust: what flags say beyond the file.
  @discardableResult
  func build(
    _ services: [Service], quiet: Bool, cancellation: Cancellation? = nil,
    adjust: (Service, inout BuildRequest) throws -> Void = { _, _ in }
  ) throws -> [(service: String, image: Image)] {
    var built: [(service: String, image: Image)] = []
    for service in try ordered(services) {
      do {
        var request = try request(service, service.buildDefinition()!)
        try adjust(service, &request)
        built.append((service.name, try invocation.build(request, quiet: quiet, cancellation: cancellation)))
      } catch let failure as Failure {
        throw failure.about("services.\(service.name).build")
      }
    }
    return built
  }

  /// Throws what is wrong in the service's Dockerfile.
  func check(_ service: Service) throws {
    guard let build = try service.buildDefinition() else { return }
    _ = try request(service, build).dockerfile.recipe()
  }

  func request(_ service: Service, _ build: BuildDefinition) throws -> BuildRequest {
    var path: String?
    if build.inlineDockerfile == nil {
      path =
        try build.dockerfile.map { $0.hasPrefix("/") ? $0 : "\(build.context)/\($0)" }
        ?? BuildFiles.dockerfile(nil, in: build.context)
      if !FileStatus.exists(path!) {
        // `Dockerfile` is what the loader fills in; the folder may spell it otherwise.
        path = try build.dockerfile == "Dockerfile" ? BuildFiles.dockerfile(nil, in: build.context) : path!
      }
    }
    let bytes = try build.inlineDockerfile.map { Array($0.utf8) } ?? readFile(path!)
    var request = BuildRequest(
      DockerfileText(file: path ?? "dockerfile_inline", bytes: bytes),
      context: try BuildFiles.context(build.context, dockerfile: path))
    for (name, value) in build.arguments {
      if let value = value ?? invocation.environment[name] { request.arguments[name] = value }
    }
    request.target = build.target
    request.names = try ([imageName(service)] + build.tags).map { try Reference($0).tagged }
    request.labels = build.labels
    request.usesCache = !build.noCache
    request.network = build.network ?? "default"
    guard ["default", "none", "host"].contains(request.network) else {
      throw Failure(.unsupported, "builds know the networks default, none and host", subject: "network")
    }
    request.extraHosts = try build.extraHosts.map(BuildFlags.host)
    request.sharedMemory = build.sharedMemory
    request.epoch = try BuildFlags.epoch(invocation.variable("SOURCE_DATE_EPOCH"))
    for platform in build.platforms + [service.workload.container.platform].compactMap(\.self) {
      guard Platform.host.preference(of: try Platform(platform)) != nil else {
        throw Failure(.unsupported, "only images for \(Platform.host) can be built here", subject: "platforms")
      }
    }
    for (name, place) in build.additionalContexts {
      if place.hasPrefix("service:") {
        let other = project.services.first { $0.name == place.dropFirst(8) }!
        request.imageContexts[name] = imageName(other)
      } else if place.hasPrefix("docker-image://") {
        request.imageContexts[name] = String(place.dropFirst(15))
      } else if place.contains("://") {
        throw Failure(.unsupported, "only folders, images and services can be contexts: \(place)")
      } else {
        request.namedContexts[name] = try BuildFiles.context(place, dockerfile: nil)
      }
    }
    for (source, id) in build.secrets { request.secrets[id] = try secret(source) }
    return request
  }

  private func secret(_ key: String) throws -> BuildRequest.Secret {
    guard let source = project.secrets.first(where: { $0.key == key }) else {
      throw Failure(.notFound, "there is no secret \(key)", subject: "secrets")
    }
    switch source.definition.origin {
    case .file(let path): return .file(path)
    case .content(let text): return .value(text)
    case .environment(let name, let value):
      guard let value else { throw Failure(.notFound, "variable \(name) is not set", subject: "secrets.\(key)") }
      return .value(value)
    case .external: throw Failure(.unsupported, "external secrets are not there", subject: "secrets.\(key)")
    }
  }
}

extension Invocation {
  /// The services whose images are to be built before containers are made: those that are missing, and what `--build` or
  /// a policy asks for.
  func dueBuilds(of project: Project, _ engine: Engine) throws -> [Service] {
    func isOn(_ flag: String) -> Bool {
      arguments.command.flags.contains { $0.name == flag } && arguments.boolean(flag)
    }
    guard !isOn("no-build") else { return [] }
    let builds = ProjectBuilds(invocation: self, project: project, engine: engine)
    let isAlone = isOn("no-deps")
    return try project.services.filter { service in
      guard service.workload.build != nil, !isAlone || arguments.positionals.contains(service.name) else {
        return false
      }
      // What is locked is what it is built from, so that is looked at each time; the cache makes it quick.
      return try isOn("build") || isOn("locked") || service.workload.container.pullPolicy == "build" || !builds.isPresent(service)
    }
  }

  /// Before containers are made. A dry run only says what would be built.
  /// - Returns: whether everything that is built is here now.
  func buildImages(of project: Project, _ engine: Engine) throws -> Bool {
    let due = try dueBuilds(of: project, engine)
    guard !due.isEmpty else { return true }
    let builds = ProjectBuilds(invocation: self, project: project, engine: engine)
    guard !arguments.boolean("dry-run") else {
      for service in try builds.ordered(due) {
        Output.standard.print(" Image \(builds.imageName(service))  would be built")
      }
      return false
    }
    let isQuiet = arguments.command.flags.contains { $0.name == "quiet-build" } && arguments.boolean("quiet-build")
    let pins = try lockPins()
    try builds.build(due, quiet: isQuiet) { service, request in
      try pins?.pin(&request, of: service.name, engine.images)
    }
    return true
  }
}
