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

  /// - Parameters:
  ///   - adjust: what flags say beyond the file.
  ///   - isForThisMachine: containers are to be made of the images: of several platforms only one is built.
  @discardableResult
  func build(
    _ services: [Service], quiet: Bool, isForThisMachine: Bool = true, cancellation: Cancellation? = nil,
    adjust: (Service, inout BuildRun) throws -> Void = { _, _ in }
  ) throws -> [(service: String, image: Image)] {
    var built: [(service: String, image: Image)] = []
    for service in try ordered(services) {
      do {
        var run = try run(service, service.buildDefinition()!, isForThisMachine)
        if quiet { run.progress = .quiet }
        try adjust(service, &run)
        try run.check()
        if let stored = try run.build(cancellation: cancellation) {
          let image = stored.images.first { Platform.host.preference(of: $0.configuration.platform) != nil }
          built.append((service.name, image ?? stored.images[0]))
        }
      } catch let failure as Failure {
        throw failure.about("services.\(service.name).build")
      }
    }
    return built
  }

  /// Says what is wrong in the service's Dockerfile.
  /// - Returns: whether nothing is.
  func check(_ service: Service) throws -> Bool {
    guard let build = try service.buildDefinition() else { return true }
    return try CheckReport(run(service, build).request, engine).print() == ExitStatus.success
  }

  /// What the service's build is made from.
  func request(_ service: Service, _ build: BuildDefinition) throws -> BuildRequest { try run(service, build).request }

  private func run(_ service: Service, _ build: BuildDefinition, _ isForThisMachine: Bool = true) throws -> BuildRun {
    let place = BuildPlace(invocation)
    let source = BuildSource(invocation, place)
    var contexts: [String] = []
    var services: [String: String] = [:]
    for (name, place) in build.additionalContexts.sorted(by: { $0.key < $1.key }) {
      if place.hasPrefix("service:") {
        let other = project.services.first { $0.name == place.dropFirst(8) }!
        services[name] = imageName(other)
      } else {
        contexts.append("\(name)=\(place)")
      }
    }
    var request = try request(build, source, contexts)
    request.imageContexts.merge(services) { $1 }
    for (name, value) in build.arguments {
      if let value = value ?? invocation.environment[name] { request.arguments[name] = value }
    }
    request.target = build.target
    request.names = try ([imageName(service)] + build.tags).map { try Reference($0).tagged }
    request.labels = build.labels.merging(labels(service)) { $1 }
    request.usesCache = !build.noCache
    request.uncachedStages = Set(build.uncachedStages.map { $0.lowercased() })
    request.allowed = try BuildFlags.entitlements(build.entitlements)
    if build.privileged { request.allowed.insert(.insecure) }
    request.network = try BuildFlags.network(build.network ?? "default", &request.allowed)
    request.extraHosts = try build.extraHosts.map(BuildFlags.host)
    request.sharedMemory = build.sharedMemory
    request.ulimits = build.ulimits
    request.agents = try BuildFlags.agents(build.agents, invocation)
    request.epoch = try BuildFlags.epoch(
      request.arguments["SOURCE_DATE_EPOCH"] ?? invocation.variable("SOURCE_DATE_EPOCH"))
    let platform = service.workload.container.platform ?? invocation.variable("DOCKER_DEFAULT_PLATFORM")
    if let platform, !build.platforms.isEmpty, !build.platforms.contains(platform) {
      throw Failure(.invalidInput, "service.build.platforms does not hold the service's platform \(platform)")
    }
    var platforms = try BuildCommand.platforms(isForThisMachine ? [] : build.platforms, platform)
    if platforms.isEmpty {
      let all = try BuildCommand.platforms(build.platforms, nil)
      platforms = all.filter { Platform.host.preference(of: $0) == 0 }
      if platforms.isEmpty { platforms = Array(all.prefix(1)) }
    }
    request.platform = platforms.first
    request.attestations = try AttestationFlags.options([], provenance: build.provenance, sbom: build.sbom)
    for secret in build.secrets { request.secrets[secret.id] = try self.secret(secret) }
    var run = BuildRun(invocation: invocation, place: place, request: request)
    run.platforms = platforms
    run.cacheSources = try build.cacheFrom.map { try CacheSpecification($0, isTarget: false) }
    run.cacheTargets = try build.cacheTo.map { try CacheSpecification($0, isTarget: true) }
    if build.pull { run.pulls = true }
    return run
  }

  private func request(_ build: BuildDefinition, _ source: BuildSource, _ contexts: [String]) throws -> BuildRequest {
    if let text = build.inlineDockerfile {
      let inline = DockerfileText(file: "dockerfile_inline", bytes: Array(text.utf8))
      return try source.request(build.context, inline: inline, contexts: contexts)
    }
    // `Dockerfile` is what the loader fills in; the folder may spell it otherwise.
    guard FileStatus.exists(build.context) else {
      let file = build.dockerfile == "Dockerfile" ? nil : build.dockerfile
      return try source.request(build.context, file: file, contexts: contexts)
    }
    var path = build.dockerfile.map { $0.hasPrefix("/") ? $0 : "\(build.context)/\($0)" }
    if let there = path, build.dockerfile == "Dockerfile", !FileStatus.exists(there) { path = nil }
    return try source.request(build.context, file: path, contexts: contexts)
  }

  /// Those that docker compose gives the images that it builds.
  private func labels(_ service: Service) -> [String: String] {
    [
      "com.docker.compose.project": project.name, "com.docker.compose.service": service.name,
      "com.docker.compose.version": Program.version,
    ]
  }

  private func secret(_ wanted: BuildSecret) throws -> Secret {
    let key = wanted.source
    guard let source = project.secrets.first(where: { $0.key == key }) else {
      throw Failure(.notFound, "there is no secret \(key)", subject: "secrets")
    }
    func secret(_ content: Secret.Content) -> Secret {
      Secret(content, uid: wanted.uid, gid: wanted.gid, mode: wanted.mode)
    }
    switch source.definition.origin {
    case .file(let path): return secret(.file(path))
    case .content(let text): return secret(.value(text))
    case .environment(let name, let value):
      guard let value else { throw Failure(.notFound, "variable \(name) is not set", subject: "secrets.\(key)") }
      return secret(.value(value))
    case .external: throw Failure(.unsupported, "external secrets are not there", subject: "secrets.\(key)")
    }
  }
}

extension Invocation {
  /// The services whose images are to be built before containers are made: those that are missing, and what `--build` or
  /// a policy asks for.
  func dueBuilds(of project: Project, _ engine: Engine, named: [String]) throws -> [Service] {
    func isOn(_ flag: String) -> Bool {
      arguments.hasFlag(flag) && arguments.boolean(flag)
    }
    guard !isOn("no-build") else { return [] }
    let builds = ProjectBuilds(invocation: self, project: project, engine: engine)
    let isAsked = arguments.hasFlag("pull") && arguments.text("pull") == "build"
    // An image that is here says nothing of the files that were locked; what did not change comes from the cache.
    let isLocked = try lockPins() != nil
    return try services(of: project, named: named).filter { service in
      guard service.workload.build != nil else { return false }
      return try isOn("build") || isAsked || isLocked || service.workload.container.pullPolicy == "build"
        || !builds.isPresent(service)
    }
  }

  /// Before containers are made. A dry run only says what would be built.
  /// - Returns: whether everything that is built is here now.
  func buildImages(of project: Project, _ engine: Engine, named: [String]) throws -> Bool {
    let due = try dueBuilds(of: project, engine, named: named)
    guard !due.isEmpty else { return true }
    let builds = ProjectBuilds(invocation: self, project: project, engine: engine)
    if isRehearsal {
      _ = try rehearse(builds.ordered(due).map { "Image \(builds.imageName($0))" }, ("Building", "Built"))
      return false
    }
    let isQuiet =
      arguments.hasFlag("quiet-build") && arguments.boolean("quiet-build")
      || arguments.command.name == "watch" && arguments.boolean("quiet")
    let pins = try lockPins()
    try builds.build(due, quiet: isQuiet) { service, run in
      try pins?.pin(&run.request, of: service.name, engine.images)
    }
    return true
  }
}
