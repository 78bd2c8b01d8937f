import Compose
import Diagnostics
import Engine
import Linux
import Planning
import Reconciling
import Synchronization
import Syncing

/// Projects of a repository on this machine.
final class LocalDeployer: Deployer {
  private let invocation: Invocation
  private let host: Host
  private let identities: [String]
  private let isLocked: Bool
  /// Nanoseconds until a project has to be healthy.
  private let patience: Int64
  private let repository: String
  /// Of the sync.
  private let folder: String
  /// Those that are looked at again and again; nothing is read again for that.
  private let watched = Mutex<[String: Watched]>([:])

  /// Used by the thread that syncs only.
  private final class Watched: @unchecked Sendable {
    let commit: String
    let loop: ReconcileLoop
    let teller: Teller

    init(_ commit: String, _ loop: (Watched.Teller) throws -> ReconcileLoop) throws {
      self.commit = commit
      let teller = Teller()
      self.loop = try loop(teller)
      self.teller = teller
    }

    /// What the look that goes on has found.
    final class Teller {
      var report = DeployReport()
    }
  }

  init(_ invocation: Invocation, _ host: Host, folder: String, repository: String, patience: Int64) {
    self.invocation = invocation
    self.host = host
    self.repository = repository
    self.folder = folder
    self.patience = patience
    identities = invocation.arguments.list("age-identity")
    isLocked = invocation.arguments.boolean("locked")
  }

  func name(of project: SyncProject, in folder: String) throws -> String {
    try load(project, name: nil, in: folder).name
  }

  func deploy(_ deployment: Deployment, _ cancellation: Cancellation) throws -> DeployReport {
    if deployment.reason == .drift { return try look(deployment, cancellation) }
    watched.withLock { $0[deployment.name] = nil }
    let engine = engine
    let desired = try desired(deployment, engine, cancellation)
    var options = UpOptions()
    options.removeOrphans = deployment.prunes
    options.isRollback = deployment.reason == .rollback
    options.wait = true
    let report = try Reconciler(engine: engine).up(desired, options, execution(deployment, cancellation))
    if report.isComplete { prune(self.engine) }
    return DeployReport(report)
  }

  /// Puts right what is not as a revision says, at the pace at which that succeeds.
  private func look(_ deployment: Deployment, _ cancellation: Cancellation) throws -> DeployReport {
    let watched = try watching(deployment, cancellation)
    watched.teller.report = DeployReport()
    watched.loop.look()
    watched.teller.report.isInterrupted = cancellation.isCancelled
    return watched.teller.report
  }

  private func watching(_ deployment: Deployment, _ cancellation: Cancellation) throws -> Watched {
    if let known = watched.withLock({ $0[deployment.name] }), known.commit == deployment.commit { return known }
    let desired = try desired(deployment, engine, cancellation)
    var options = UpOptions()
    options.removeOrphans = deployment.prunes
    let engine = engine
    let new = try Watched(deployment.commit) { teller in
      try ReconcileLoop(
        engine: { engine.lookingAnew() }, options: options, execution: execution(deployment, cancellation),
        load: { _ in .init(desired, files: []) }, tell: { teller.report.add($0) })
    }
    watched.withLock { $0[deployment.name] = new }
    return new
  }

  private func execution(_ deployment: Deployment, _ cancellation: Cancellation) -> Execution {
    var execution = Execution()
    execution.cancellation = cancellation
    execution.waitTimeout = patience
    execution.origin = invocation.origin(
      "sync \(repository)@\(deployment.commit.prefix(12))"
        + (deployment.reason == .revision ? "" : " (\(deployment.reason.rawValue))"))
    return execution
  }

  /// A new one each time, because an engine remembers what it has seen.
  private var engine: Engine { Engine(host: host) { [invocation] in invocation.warn([$0]) } }

  func remove(_ project: String, _ cancellation: Cancellation) throws {
    var options = DownOptions()
    options.removeOrphans = true
    var execution = Execution()
    execution.cancellation = cancellation
    watched.withLock { $0[project] = nil }
    let report = try Reconciler(engine: engine).down(project, nil, options, execution)
    if let failure = report.failed.first?.failure { throw failure }
    AgeSecrets(identities: identities, run: host.run, project: project).forget()
  }

  private func prune(_ engine: Engine) {
    guard let containers = try? engine.containers(all: true) else { return }
    SyncedMounts(revision: "", folder: folder).prune(
      allBut: Set(containers.flatMap(\.record.spec.mounts).map(\.source)))
  }

  // MARK: From files to the desired state

  private func desired(
    _ deployment: Deployment, _ engine: Engine, _ cancellation: Cancellation
  ) throws -> Desired {
    do { return try read(deployment, engine, cancellation) } catch {
      // People know their files by their places in the repository.
      let all = (error as? Failures)?.all ?? [Failure(error)]
      throw Failures(all.map { $0.shortened(deployment.folder + "/") })
    }
  }

  private func read(_ deployment: Deployment, _ engine: Engine, _ cancellation: Cancellation) throws -> Desired {
    var project = try load(deployment.project, name: deployment.name, in: deployment.folder)
    try SyncedMounts(revision: deployment.folder, folder: folder).settle(&project)
    let pins = try pins(deployment.project, project)
    try pins?.check(project)
    let images = ProjectImages(invocation: invocation, store: engine.images, pins: pins)
    let due = try images.due(project.services, override: deployment.reason == .revision ? nil : "missing")
    let failed = try images.pull(due, quiet: true, cancellation: cancellation).filter { !$0.0.isBuildable }
    guard failed.isEmpty else { throw Failures(failed.map(\.1)) }
    let builds = ProjectBuilds(invocation: invocation, project: project, engine: engine)
    try builds.build(
      project.services.filter { $0.workload.build != nil }, quiet: true, cancellation: cancellation
    ) { service, run in try pins?.pin(&run.request, of: service.name, engine.images) }
    var surroundings = Lowering.Surroundings(engine)
    surroundings.read(from: invocation, needsFiles: true)
    if let pins { surroundings.hold(to: pins, project, engine.images, allowsMissing: false) }
    AgeSecrets(identities: identities, run: host.run, project: project.name).apply(to: &surroundings)
    var options = Lowering.Options()
    options.version = Program.version
    return try Lowering.desired(project, surroundings, options: options)
  }

  private func pins(_ project: SyncProject, _ loaded: Project) throws -> LockPins? {
    guard isLocked || project.isLocked, let first = loaded.files.first else { return nil }
    return try LockPins.read(splitPath(first).folder + "/davit.lock")
  }

  private func load(_ project: SyncProject, name: String?, in folder: String) throws -> Project {
    // The loader names files as seen from here.
    var options = LoadOptions(
      workingDirectory: folder,
      environment: invocation.environment.filter { !Self.foreign.contains($0.key) }.merging(project.values) { $1 })
    options.files = try files(of: project, name, in: folder)
    options.projectName = name
    options.profiles = project.profiles
    options.envFiles = project.envFiles
    options.fetch = invocation.freshFetch
    let loaded = try Project(try ProjectLoader(options: options).load())
    invocation.warn(loaded.warnings)
    return loaded
  }

  /// What would make the loader look at other files than those of the repository.
  private static let foreign: Set<String> = [
    "COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "COMPOSE_ENV_FILES", "PWD",
  ]

  /// Below the top of the repository: those that are named, or the usual ones of the project's folder.
  private func files(of project: SyncProject, _ name: String?, in folder: String) throws(Failure) -> [String] {
    if !project.files.isEmpty { return project.files }
    let place = project.path.isEmpty ? folder : "\(folder)/\(project.path)"
    if (try? FileStatus.of(place))?.kind == .regular { return [project.path] }
    func usual(_ names: [String]) -> [String] {
      names.map { project.path.isEmpty ? $0 : "\(project.path)/\($0)" }.filter { FileStatus.exists("\(folder)/\($0)") }
    }
    guard let main = usual(["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"]).first else {
      throw Failure(
        .invalidInput,
        "there is no compose file in \(project.path.isEmpty ? "the top of the repository" : project.path)",
        subject: name.map { "project \($0)" } ?? "repository", hint: "--path says where it is")
    }
    let more = usual([
      "compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml",
    ])
    return [main] + more.prefix(1)
  }
}

extension Failure {
  /// With paths as they are below a folder.
  fileprivate func shortened(_ folder: String) -> Failure {
    var copy = self
    copy.message = message.replacing(folder, with: "")
    copy.subject = subject.replacing(folder, with: "")
    copy.location?.file = location!.file.replacing(folder, with: "")
    return copy
  }
}

extension DeployReport {
  fileprivate init(_ report: Report) {
    self.init()
    add(report)
    isInterrupted = report.interrupted
    generation = report.generation
  }

  private mutating func add(_ report: Report) {
    changes += report.plan.effects.count
    failures += report.failed.map { change, failure in
      failure.description.contains(change.object.name) ? "\(failure)" : "\(failure.about(change.object.description))"
    }
  }

  fileprivate mutating func add(_ event: ReconcileLoop.Event) {
    switch event {
    case .applied(let report): add(report)
    case .mended: changes += 1
    case .failed(let failure): failures.append("\(failure)")
    case .reloaded, .held: break
    }
  }
}
