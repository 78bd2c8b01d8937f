import Compose
import Diagnostics
import Engine
import Planning
import Presentation
import Reconciling
import Spec

extension Invocation {
  /// What the providers of a project gave when they were asked last.
  func provided(_ project: Project, _ engine: Engine) throws -> [String: ProviderSpec] {
    guard project.services.contains(where: { $0.provider != nil }) else { return [:] }
    var known: [String: ProviderSpec] = [:]
    for service in try Reconciler(engine: engine).applied(project.name)?.services ?? [] {
      known[service.name] = service.provider
    }
    return known
  }

  /// Has the providers of the project bring up their services, those first that others depend on. What they depend on
  /// themselves is brought up before.
  /// - Parameter services: those that are named; empty: all.
  func provide(for project: Project, _ engine: Engine, services: [String] = []) throws -> [String: ProviderSpec] {
    var known = try provided(project, engine)
    guard !arguments.boolean("dry-run") else { return known }
    let isAlone = arguments.hasFlag("no-deps") && arguments.boolean("no-deps")
    for service in project.inDependencyOrder() where service.provider != nil {
      if isAlone, !services.isEmpty, !services.contains(service.name) { continue }
      try converge(whatIsNeededBy: service, project, engine, known)
      let program = try ProviderProgram(
        service.provider!, of: service.name, project: project.name, environment: project.environment)
      let reporter = try reporter("up")
      defer { reporter.finish() }
      known[service.name] = try report(reporter, service.name, "Creating", "Created") { info in
        try program.run(.up, info: info)
      }
      warnOfOverrides(by: service.name, known[service.name]!.rawVariables, project)
    }
    return known
  }

  private func warnOfOverrides(by provider: String, _ variables: [String: String], _ project: Project) {
    for service in project.services where service.workload.dependencies.contains(where: { $0.service == provider }) {
      for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
        if let own = service.workload.container.environment[name], own != value {
          warn("provider \(provider) overrides the variable \(name) of service \(service.name)")
        }
      }
    }
  }

  private func report<T>(
    _ reporter: Reporter, _ service: String, _ during: String, _ after: String, _ work: ((String) -> Void) throws -> T
  ) throws -> T {
    let id = "Service \(service)"
    reporter.step(ProgressStep(id, during, .working))
    do {
      let result = try work { reporter.step(ProgressStep(id, $0, .working)) }
      reporter.step(ProgressStep(id, after, .done))
      return result
    } catch {
      reporter.step(ProgressStep(id, "Error", .failed))
      throw error
    }
  }

  private func converge(
    whatIsNeededBy service: Service, _ project: Project, _ engine: Engine, _ known: [String: ProviderSpec]
  ) throws {
    let containers = Set(project.services.filter { $0.provider == nil }.map(\.name))
    let needed = service.workload.dependencies.filter { containers.contains($0.service) }
    guard !needed.isEmpty else { return }
    var options = UpOptions()
    options.services = needed.map(\.service)
    options.wait = needed.contains { $0.condition != "service_started" }
    let desired = try desired(project, engine, provided: known)
    let status = try interruptible { cancellation in
      let reporter = try reporter("up")
      defer { reporter.finish() }
      return conclude(try Reconciler(engine: engine).up(desired, options, execution(reporter, cancellation)))
    }
    guard status == ExitStatus.success else {
      throw Failure(.conflict, "what it depends on did not come up", subject: "service \(service.name)")
    }
  }

  /// Has the providers let go of their services, or stop them: those first that depend on others.
  /// - Parameter project: `nil`: what is remembered of it counts.
  func unprovide(_ verb: ProviderProgram.Verb, _ scope: Scope, _ applied: Desired?, services: [String]) throws {
    var providers: [(name: String, provider: ProviderSpec)] = []
    if let project = scope.project {
      providers = project.inDependencyOrder().compactMap { service in service.provider.map { (service.name, $0) } }
    } else {
      providers = applied?.services.compactMap { service in service.provider.map { (service.name, $0) } } ?? []
    }
    for (name, provider) in providers.reversed() where services.isEmpty || services.contains(name) {
      let program = try ProviderProgram(
        provider, of: name, project: scope.name, environment: scope.project?.environment ?? environment)
      if verb == .stop, !program.canStop { continue }
      let reporter = try reporter(verb.rawValue)
      defer { reporter.finish() }
      let words = verb == .down ? ("Removing", "Removed") : ("Stopping", "Stopped")
      _ = try report(reporter, name, words.0, words.1) { info in try program.run(verb, info: info) }
    }
  }
}

extension Project {
  /// Services, each after those that it depends on. The loader has refused circles.
  func inDependencyOrder() -> [Service] {
    var ordered: [Service] = []
    func add(_ service: Service) {
      guard !ordered.contains(where: { $0.name == service.name }) else { return }
      for dependency in service.workload.dependencies {
        if let other = services.first(where: { $0.name == dependency.service }) { add(other) }
      }
      ordered.append(service)
    }
    for service in services { add(service) }
    return ordered
  }
}
