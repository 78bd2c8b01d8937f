import Compose
import Diagnostics
import Engine
import Linux
import Planning
import Reconciling
import Spec

/// Looks at the source files of a project and does what `develop.watch` says when they change.
struct WatchSession: Sendable {
  let invocation: Invocation
  let project: Project
  let engine: Engine
  /// Builds say nothing.
  let isQuiet: Bool
  /// Images that a rebuild leaves without a name go.
  let prunes: Bool
  /// Is given lines for the person.
  let say: @Sendable (String) -> Void
  let rules: [WatchRule]

  private enum Pace {
    /// Changes that come so soon after each other belong together: an editor writes several files.
    static let quiet: Int64 = 100_000_000
    /// Nor is the first one held back longer than this.
    static let patience: Int64 = 2_000_000_000
  }

  /// - Parameter services: empty: all.
  /// - Throws: where there is nothing to watch.
  init(
    _ invocation: Invocation, _ project: Project, _ engine: Engine, services: [String] = [], quiet: Bool = false,
    prunes: Bool = true, say: @escaping @Sendable (String) -> Void
  ) throws {
    self.invocation = invocation
    self.project = project
    self.engine = engine
    isQuiet = quiet
    self.prunes = prunes
    self.say = say
    let chosen = project.services.filter { services.isEmpty || services.contains($0.name) }
    var rules: [WatchRule] = []
    for service in chosen {
      for trigger in service.watch {
        if trigger.action.syncs, let mount = service.workload.container.mounts.first(where: { $0.holds(trigger.path) })
        {
          invocation.warn(
            "services.\(service.name).develop.watch: \(trigger.path) is in the bind mount \(mount.source), so it is not watched"
          )
          continue
        }
        rules.append(try WatchRule(trigger, of: service))
      }
    }
    guard !rules.isEmpty else {
      throw Failure(
        .invalidInput, "none of the selected services is configured for watch",
        hint: "say under `develop: watch:` of a service which files matter to it")
    }
    self.rules = rules
  }

  /// Returns when it is cancelled.
  func run(_ cancellation: Cancellation) throws {
    let rules = rules
    let tree = try TreeWatch(Self.roots(rules)) { folder in
      rules.allSatisfy { $0.isElsewhere(folder) || $0.leavesOut(folder) }
    }
    initialSync()
    say("Watch enabled")
    while poll([tree.descriptor, cancellation.descriptor]) == 0 {
      var changed = try tree.changes()
      let begin = Monotonic.now
      while Monotonic.now - begin < Pace.patience,
        poll([tree.descriptor, cancellation.descriptor], timeout: Pace.quiet) == 0
      { changed.formUnion(try tree.changes()) }
      guard !cancellation.isCancelled else { break }
      do { try act(on: WatchActions(Self.files(changed), rules), cancellation) } catch {
        if cancellation.isCancelled { break }
        for line in "\(Failure(error))".split(separator: "\n") { say(String(line)) }
      }
    }
    say("Watch disabled")
  }

  /// The paths to watch, none inside of another.
  private static func roots(_ rules: [WatchRule]) -> [String] {
    let paths = Set(rules.map(\.trigger.path))
    return paths.filter { path in !paths.contains { path != $0 && path.hasPrefix("\($0)/") } }.sorted()
  }

  /// Folders stand for what is in them.
  private static func files(_ changed: Set<String>) -> Set<String> {
    var files: Set<String> = []
    for path in changed {
      if (try? FileStatus.of(path, following: false))?.kind == .directory {
        files.formUnion(Self.files(Set(((try? listDirectory(path)) ?? []).map { "\(path)/\($0)" })))
      } else {
        files.insert(path)
      }
    }
    return files
  }

  private func initialSync() {
    for rule in rules where rule.trigger.initialSync && rule.trigger.action.syncs {
      let paths = Self.files([rule.trigger.path]).sorted().compactMap(rule.match)
      do { try sync(paths, into: rule.service) } catch { say("\(Failure(error))") }
    }
  }

  private func act(on actions: WatchActions, _ cancellation: Cancellation) throws {
    if !actions.rebuild.isEmpty { try rebuild(actions.rebuild.sorted(), cancellation) }
    for (service, paths) in actions.sync.sorted(by: { $0.key < $1.key }) {
      say("Syncing service \"\(service)\" after \(paths.count) changes were detected")
      try sync(paths, into: service)
    }
    if !actions.restart.isEmpty {
      let services = actions.restart.sorted()
      let desired = try invocation.desired(project, engine, needsImages: false, needsFiles: false)
      try carryOut(
        Reconciler(engine: engine).run(
          .restart, project.name, desired, Selection(services: services), execution(cancellation)))
      say("service(s) [\(quoted(services))] restarted")
    }
    for index in actions.execute where !actions.rebuild.contains(rules[index].service) {
      try execute(rules[index], cancellation)
    }
  }

  private func running(_ service: String) throws -> [ContainerView] {
    try engine.containers(of: project.name).filter { $0.service == service && $0.state == .running }
  }

  private func sync(_ paths: [SyncedPath], into service: String) throws {
    for container in try running(service) { try engine.sync(paths, into: container.id) }
  }

  private func execute(_ rule: WatchRule, _ cancellation: Cancellation) throws {
    guard let hook = rule.trigger.exec else { return }
    for container in try running(rule.service) {
      var text: [UInt8] = []
      let status = try engine.run(hook, in: container.id, cancellation: cancellation) { text += $0 }
      for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
        say("\(container.shortName) -> \(line)")
      }
      if status != 0 {
        throw Failure(
          .conflict, "\(hook.command.joined(separator: " ")) exited with status \(status)",
          subject: "container \(container.name)")
      }
    }
  }

  private func rebuild(_ services: [String], _ cancellation: Cancellation) throws {
    say("Rebuilding service(s) [\(quoted(services))] after changes were detected...")
    let builds = ProjectBuilds(invocation: invocation, project: project, engine: engine)
    let chosen = project.services.filter { services.contains($0.name) }
    let former = chosen.compactMap { try? engine.images.resolve(builds.imageName($0)).id.description }
    try builds.build(chosen, quiet: isQuiet, cancellation: cancellation)
    say("service(s) [\(quoted(services))] successfully built")
    var options = UpOptions()
    options.services = services
    options.noDependencies = true
    options.forceRecreate = true
    let desired = try invocation.desired(project, engine)
    try carryOut(Reconciler(engine: engine).up(desired, options, execution(cancellation)))
    guard prunes else { return }
    // One that a container still uses stays: removing it is refused.
    for image in former where (try? engine.images.resolve(image))?.names.isEmpty == true {
      try? LocalPlatform(engine).removeImage(image)
    }
  }

  private func execution(_ cancellation: Cancellation) -> Execution {
    var execution = Execution()
    execution.cancellation = cancellation
    return execution
  }

  private func carryOut(_ report: Report) throws {
    if let failure = report.failed.first?.1 { throw failure }
  }

  private func quoted(_ names: [String]) -> String { names.map { "\"\($0)\"" }.joined(separator: " ") }
}

extension MountSpec {
  /// The path is what is mounted, or lies in it.
  fileprivate func holds(_ path: String) -> Bool {
    kind == .bind && (path == source || path.hasPrefix(source.hasSuffix("/") ? source : "\(source)/"))
  }
}
