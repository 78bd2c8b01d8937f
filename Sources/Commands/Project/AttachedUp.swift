import Arguments
import Compose
import Diagnostics
import Engine
import Linux
import Planning
import Presentation
import Reconciling
import Synchronization

/// `up` in the foreground: converge, show the logs, and stop again on Ctrl-C or when a container ends, where that is
/// asked for.
final class AttachedUp: Sendable {
  private let invocation: Invocation
  private let options: UpOptions
  private let project: Project
  private let engine: Engine
  private let reconciler: Reconciler
  private let desired: Desired
  /// Whoever shows progress now; logs go past it.
  private let reporter: Shared<Reporter>
  private let followers: LogFollowers
  /// The services that `up` is about: it goes on while one of them runs.
  private let chosen: Set<String>
  /// Those whose output is shown.
  private let attached: Set<String>
  private let events = Mutex(Events())
  private let menu: UpMenu?
  /// `nil`: no service says what to watch.
  private let watching: WatchSwitch?

  private struct Events {
    var interrupts = 0
    /// The first container that ended in a way that ends everything.
    var abort: (container: ContainerView, status: Int32)?
    /// The last exit status of each service's first container.
    var statuses: [String: Int32] = [:]
    /// The person has left; everything goes on.
    var isDetached = false
  }

  init(_ invocation: Invocation, _ options: UpOptions) throws {
    self.invocation = invocation
    self.options = options
    let arguments = invocation.arguments
    project = try invocation.project(services: options.services)
    attached = try Self.attached(arguments, project, options.services)
    // As docker compose decides it: those that are named, else those whose output is shown.
    var chosen = options.services.isEmpty ? attached : Set(options.services)
    if chosen.isEmpty { chosen = Set(project.services.map(\.name)) }
    if let service = arguments.text("exit-code-from") { chosen.insert(service) }
    self.chosen = chosen
    if let service = arguments.text("exit-code-from"), !project.services.contains(where: { $0.name == service }) {
      throw Failure(.notFound, "no such service: \(service)", subject: "--exit-code-from")
    }
    engine = try invocation.engine()
    try invocation.pullImages(of: project, engine, named: options.services)
    let provided = try invocation.provide(for: project, engine, services: options.services)
    desired = try invocation.desired(project, engine, provided: provided)
    reconciler = Reconciler(engine: engine)
    let reporter = Shared(try invocation.reporter("up"))
    self.reporter = reporter
    let style = arguments.boolean("no-color") ? Style.plain : invocation.style(of: .standard)
    let menu = UpMenu.isWanted(invocation) ? try UpMenu(style: style) : nil
    self.menu = menu
    let show: @Sendable ([UInt8], Output) -> Void = { bytes, output in
      if let menu { menu.write(bytes, to: output) } else { reporter.value.write(bytes, to: output) }
    }
    let isWatching = arguments.boolean("watch")
    watching =
      isWatching || menu != nil && project.services.contains { !$0.watch.isEmpty }
      ? WatchSwitch(
        try WatchSession(invocation, project, engine, services: arguments.positionals, quiet: menu != nil) {
          show(Array("⦿ \($0)\n".utf8), .standard)
        }) : nil
    // What comes from now on: a container that ran already is not told from its beginning.
    var logs = LogOptions()
    logs.follow = true
    logs.since = .now()
    var lines = LogLines(style: style, hasPrefix: !arguments.boolean("no-log-prefix"))
    for service in desired.services where attached.contains(service.name) {
      for container in service.containers { lines.expect(Self.shortName(container.name, project)) }
    }
    followers = LogFollowers(
      engine, logs, lines: lines,
      showsTime: arguments.boolean("timestamps")
    ) { text, isError in show(text, isError ? .error : .standard) }
  }

  /// The services whose output is shown.
  private static func attached(
    _ arguments: ParsedArguments, _ project: Project, _ services: [String]
  ) throws -> Set<String> {
    let known = Set(project.services.map(\.name))
    var attached = Set(arguments.list("attach"))
    if let stranger = attached.subtracting(known).sorted().first {
      throw Failure(.notFound, "cannot attach to services not included in up: \(stranger)")
    }
    if attached.isEmpty {
      let chosen =
        services.isEmpty || arguments.boolean("attach-dependencies")
        ? known : Set(services)
      attached = Set(project.services.filter { $0.attach && chosen.contains($0.name) }.map(\.name))
    }
    return attached.subtracting(arguments.list("no-attach"))
  }

  func run() throws -> Int32 {
    let cancellation = try Cancellation()
    let interrupts = try Interrupts { count in self.interrupted(count, cancellation) }
    defer { interrupts.end() }
    defer { reporter.value.finish() }
    announce()
    let upward = reporter.value
    var execution = try invocation.announcing(invocation.execution(upward, cancellation), upward)
    execution.origin = invocation.origin(invocation.commandLine(options.services), files: project.files)
    execution.keep = try invocation.keep()
    let progress = execution.progress
    execution.progress = { event in
      progress(event)
      if event.object.kind == .container, event.status == .started { self.follow(named: event.object.name) }
    }
    execution.hookOutput = { line in
      guard self.attached.contains(line.container.key) else { return }
      let name = line.hook.hasPrefix("pre_start") ? "\(line.container.key) \(line.hook)" : line.container.name
      self.followers.say(line.text, as: "\(self.shortName(name)) ->")
    }
    let report = try reconciler.up(desired, options, execution)
    upward.finish()
    let status = invocation.conclude(report)
    if report.interrupted || events.withLock({ $0.interrupts > 0 }) {
      try stop()
      return ExitStatus.interrupted
    }
    // What depends on a failure was not begun; what runs is left as it is, as a detached `up` leaves it.
    guard status == ExitStatus.success else { return status }
    defer { endShortcuts() }
    try beginShortcuts()
    return try watch()
  }

  /// `Attaching to db-1, web-1`
  private func announce() {
    let services = desired.services.filter { attached.contains($0.name) }.sorted { $0.name < $1.name }
    let names = services.flatMap(\.containers).map { shortName($0.name) }
    if !names.isEmpty { Output.standard.print("Attaching to \(names.joined(separator: ", "))") }
  }

  private func beginShortcuts() throws {
    if invocation.arguments.boolean("watch") { try watching?.start() }
    guard let menu else { return }
    var items = [(UpMenu.Key.detach, "Detach")]
    if let watching { items.insert((.watch, watching.isOn ? "Disable Watch" : "Enable Watch"), at: 0) }
    try menu.begin(items) { [self] key in
      switch key {
      case .watch:
        guard let watching else { return }
        if watching.isOn { watching.stop() } else { try? watching.start() }
        menu.set(.watch, watching.isOn ? "Disable Watch" : "Enable Watch")
      case .detach:
        events.withLock { $0.isDetached = true }
        followers.wake()
      }
    }
  }

  private func endShortcuts() {
    menu?.end()
    watching?.stop()
  }

  /// Shows logs until everything has ended or is to end.
  private func watch() throws -> Int32 {
    for container in try engine.containers(of: project.name) where isOurs(container) { follow(container) }
    let isOver = { self.events.withLock { $0.interrupts > 0 || $0.abort != nil || $0.isDetached } }
    repeat {
      followers.wait(
        until: isOver,
        rescan: {
          for container in (try? engine.containers(of: project.name, all: false)) ?? []
          where isOurs(container) { follow(container) }
        })
      // What is watched is made anew now and then, or may be once its source is mended.
      if !isOver(), watching?.isOn == true { Monotonic.sleep(nanoseconds: 200_000_000) }
    } while !isOver() && watching?.isOn == true
    endShortcuts()
    let (interrupts, abort, isDetached) = events.withLock { ($0.interrupts, $0.abort, $0.isDetached) }
    if isDetached { return ExitStatus.success }
    if interrupts > 0 {
      try stop()
      return ExitStatus.interrupted
    }
    if abort != nil {
      Output.error.print("Aborting on container exit...")
      try stop()
    }
    if let service = invocation.arguments.text("exit-code-from") {
      return try events.withLock { $0.statuses[service] } ?? exitStatus(of: service)
    }
    if let abort { return abort.status }
    if let failure = followers.failure() { throw failure }
    return ExitStatus.success
  }

  /// Without the project's name before it.
  private func shortName(_ name: String) -> String { Self.shortName(name, project) }

  private static func shortName(_ name: String, _ project: Project) -> String {
    let prefix = "\(project.name)-"
    return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
  }

  /// Whether its end, or its output, matters here.
  private func isOurs(_ container: ContainerView) -> Bool {
    chosen.contains(container.service) || attached.contains(container.service)
  }

  private func follow(named name: String) {
    guard let container = try? engine.container(name), isOurs(container) else { return }
    follow(container)
  }

  private func follow(_ container: ContainerView) {
    let isNew = followers.follow(container, silently: !attached.contains(container.service)) { [self] container in
      // A container that was removed meanwhile has nothing more to say.
      guard let now = try? engine.container(container.id), !now.isRunning, let status = now.exitCode else { return }
      // What was replaced under the eyes of `watch` has not ended for whoever looks on.
      if watching?.isOn == true, now.isAway { return }
      ended(now, status)
    }
    guard isNew, container.record.spec.restart.condition != .no else { return }
    Restarts.tell(of: container, engine) { [self] in ended($0, $1, isRestarting: true) }
  }

  private func ended(_ container: ContainerView, _ status: Int32, isRestarting: Bool = false) {
    if attached.contains(container.service) {
      followers.remark("exited with code \(status)\(isRestarting ? " (restarting)" : "")", about: container)
    }
    guard chosen.contains(container.service) else { return }
    events.withLock { events in
      if container.record.owner?.number ?? 1 == 1 { events.statuses[container.service] = status }
      guard events.abort == nil, events.interrupts == 0, ends(everything: container, status) else { return }
      events.abort = (container, status)
    }
    followers.wake()
  }

  /// Whether the end of one container is to be the end of all.
  private func ends(everything container: ContainerView, _ status: Int32) -> Bool {
    let arguments = invocation.arguments
    if arguments.boolean("abort-on-container-failure") { return status != 0 }
    return arguments.boolean("abort-on-container-exit") || arguments.text("exit-code-from") != nil
  }

  private func exitStatus(of service: String) throws -> Int32 {
    try engine.replica(of: service, in: project.name, index: nil).exitCode ?? ExitStatus.failure
  }

  private func interrupted(_ count: Int, _ cancellation: Cancellation) {
    events.withLock { $0.interrupts = count }
    switch count {
    case 1:
      reporter.value.write(Array("\nGracefully stopping... (press Ctrl+C again to force)\n".utf8), to: .error)
      cancellation.cancel()
      followers.wake()
    case 2:
      for container in (try? engine.containers(of: project.name)) ?? [] where container.isRunning {
        try? engine.kill(container.id)
      }
    default: Program.abandon()
    }
  }

  /// Stops what `up` was about, and shows what its containers say while they end.
  private func stop() throws {
    var selection = Selection(services: options.services.isEmpty ? [] : chosen.union(attached).sorted())
    selection.timeout = options.timeout
    let downward = try invocation.reporter("stop")
    reporter.value = downward
    let report = try reconciler.run(
      .stop, project.name, desired, selection, invocation.execution(downward, nil))
    downward.finish()
    _ = invocation.conclude(report)
    followers.wait()
  }
}

/// A value that several threads read and one replaces.
private final class Shared<Value: Sendable>: Sendable {
  private let box: Mutex<Value>

  init(_ value: Value) { box = Mutex(value) }

  var value: Value {
    get { box.withLock { $0 } }
    set { box.withLock { $0 = newValue } }
  }
}

extension ContainerView {
  var service: String { record.owner?.service ?? "" }
  /// Its successor has its name.
  fileprivate var isAway: Bool { name.hasPrefix("\(id.prefix(12))_") }
}
