import Arguments
import Compose
import Diagnostics
import Engine
import Glibc
import Linux
import Planning
import Presentation
import Reconciling
import Spec

/// A container that `run` makes beside those of the service: brought up after what it depends on, attached to, and
/// removed again where that is asked for.
struct OneOff {
  private let invocation: Invocation
  private let engine: Engine
  private let desired: Desired
  private let service: DesiredService
  private let spec: ContainerSpec

  /// - Parameter kind: what stands in its name between the project's and a random part.
  /// - Parameter shown: the name of what it is, where that is not the service's.
  init(
    _ invocation: Invocation, _ project: Project, _ name: String, _ engine: Engine, kind: String = "run",
    of shown: String? = nil
  ) throws {
    self.invocation = invocation
    self.engine = engine
    let isHere = try invocation.pullImages(of: project, engine, named: [name])
    let provided = try invocation.provide(for: project, engine, services: [name])
    desired = try invocation.desired(project, engine, needsImages: isHere, provided: provided)
    guard let service = desired.services.first(where: { $0.name == name }), var spec = service.containers.first else {
      throw Failure(.notFound, "no such service: \(name)")
    }
    self.service = service
    let arguments = invocation.arguments
    var random = SystemRandomNumberGenerator()
    let slug = (0..<64).map { _ in String(Int.random(in: 0..<16, using: &random), radix: 16) }.joined()
    spec.name =
      arguments.text("name")
      ?? [desired.project, shown ?? name, kind, String(slug.prefix(12))].joined(separator: invocation.nameSeparator)
    spec.labels["com.docker.compose.oneoff"] = "True"
    spec.labels["com.docker.compose.slug"] = slug
    spec.labels["com.docker.compose.container-number"] = nil
    spec.stdinOnce = true
    // A job's own definition may say otherwise; who asks for it in so many words has it.
    if arguments.isGiven("interactive") { spec.stdinOpen = arguments.boolean("interactive") }
    spec.autoRemove = arguments.boolean("rm") && arguments.boolean("detach")
    // Nobody should reach it by the service's name unless that is wanted.
    if !arguments.boolean("use-aliases") {
      for index in spec.networks.indices { spec.networks[index].aliases = [spec.name] }
    }
    self.spec = spec
  }

  /// `--dry-run`
  private func rehearse() throws -> Int32 {
    try startDependencies()
    let command = (spec.entrypoint ?? []) + (spec.command ?? [])
    let object = ["Container \(spec.name)"]
    _ = try invocation.rehearse(object, ("Creating", "Created"))
    return try invocation.rehearse(
      object, ("Starting", "Started"), detail: command.isEmpty ? spec.image : command.joined(separator: " "))
  }

  /// - Parameter time: nanoseconds after which the program is stopped; `nil`: it takes what it needs.
  /// - Parameter status: the exit status where that had to be done.
  func run(within time: Int64? = nil, otherwise status: Int32 = ExitStatus.failure) throws -> Int32 {
    let arguments = invocation.arguments
    if invocation.isRehearsal { return try rehearse() }
    try startDependencies()
    try makeResources()
    let (id, warnings) = try engine.create(
      spec, owner: Ownership(project: desired.project, service: service.name, number: 1, oneOff: true))
    invocation.warn(warnings)
    let isRemoved = arguments.boolean("rm")
    do {
      if arguments.boolean("detach") {
        try engine.start(id)
        try OneOffHooks(spec.postStart ?? [], in: id, of: engine)?.wait()
        Output.standard.print(id)
        return ExitStatus.success
      }
      let limit = try time.map { try TimeLimit(engine, id, nanoseconds: $0) }
      let hooks = try OneOffHooks(spec.postStart ?? [], in: id, of: engine)
      let end: AttachEnd
      do { end = try attach(to: engine.container(id)) } catch {
        hooks?.cancel()
        throw error
      }
      let isOver = limit?.end() ?? false
      // Whoever left it while it runs finds it again.
      let prepared = Result { try hooks?.wait() }
      if isRemoved, end != .detached { try engine.remove(id, force: true, volumes: true) }
      try prepared.get()
      return isOver ? status : end.exitStatus
    } catch {
      if isRemoved { try? engine.remove(id, force: true, volumes: true) }
      throw error
    }
  }

  private func attach(to container: ContainerView) throws -> AttachEnd {
    let arguments = invocation.arguments
    var request = AttachRequest()
    if arguments.boolean("interactive") { request.streams.input = 0 }
    return try Attachment(engine: engine, container: container, request: request, starts: true)
      .run(proxiesSignals: true)
  }

  /// What the service depends on is brought up, and waited for where a condition says so.
  private func startDependencies() throws {
    guard !invocation.arguments.boolean("no-deps") else { return }
    let reconciler = Reconciler(engine: engine)
    var options = UpOptions()
    options.removeOrphans = invocation.arguments.boolean("remove-orphans")
    guard options.removeOrphans || !service.dependencies.isEmpty else { return }
    options.services = service.dependencies.map(\.service)
    var desired = desired
    // Its own containers stay as they are.
    desired.services.removeAll { $0.name == service.name }
    desired.disabledServices.append(service.name)
    try converge(reconciler, desired, options)
    options.services = service.dependencies.filter { $0.condition != .started && $0.required }.map(\.service)
    guard !options.services.isEmpty else { return }
    options.wait = true
    try converge(reconciler, desired, options)
  }

  private func converge(_ reconciler: Reconciler, _ desired: Desired, _ options: UpOptions) throws {
    if invocation.isRehearsal {
      _ = try invocation.rehearse(reconciler.plan(desired, options), by: reconciler, desired)
      return
    }
    let status = try invocation.interruptible { cancellation in
      let reporter = try invocation.reporter("run", quiet: invocation.arguments.boolean("quiet"))
      defer { reporter.finish() }
      let report = try reconciler.up(desired, options, invocation.execution(reporter, cancellation))
      reporter.finish()
      return invocation.conclude(report)
    }
    guard status == ExitStatus.success else {
      throw Failure(
        .conflict, "what it depends on did not come up", subject: "services.\(service.name)", exitStatus: status)
    }
  }

  /// The networks and volumes that the container refers to and that are the project's to make.
  private func makeResources() throws {
    let project = desired.project
    let here = (networks: Set(try engine.networks().map(\.name)), volumes: Set(try engine.volumes().map(\.name)))
    for network in desired.networks where !network.external && !here.networks.contains(network.spec.name) {
      guard spec.networks.contains(where: { $0.network == network.spec.name }) else { continue }
      _ = try engine.createNetwork(network.spec, owner: Ownership(project: project, key: network.key))
    }
    for volume in desired.volumes where !volume.external && !here.volumes.contains(volume.spec.name) {
      guard spec.mounts.contains(where: { $0.kind == .volume && $0.source == volume.spec.name }) else { continue }
      _ = try engine.createVolume(volume.spec, owner: Ownership(project: project, key: volume.key))
    }
  }
}
