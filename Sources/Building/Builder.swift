import Diagnostics
import Dockerfile
import Engine
import Images
import Linux
import OCI
import Synchronization

/// Builds images of Dockerfiles on this machine's engine.
///
/// Every step that changes files is kept under a key of all that led to it, so an interrupted build goes on where it was.
public final class Builder: Sendable {
  let engine: Engine
  let request: BuildRequest
  let recipe: Recipe
  let report: @Sendable (BuildEvent) -> Void
  /// Where the build's own files are: views of root file systems, caches of `RUN --mount`.
  let folder: String
  let session: BuildSession
  let schedule = Schedule()
  let cache: StepCache
  let contexts: ContextTrees
  let agents: KeyAgents
  private let notes: StepNotes
  private let record = Mutex(BuildRecord())
  private let fetched = Mutex<Set<String>>([])
  private let trace = Mutex(BuildTrace())
  private let former: BuildTrace
  private let tracePath: String
  let shell = Mutex(())

  /// Throws where the Dockerfile cannot be understood.
  /// - Parameters:
  ///   - session: where what the request names was put already; `nil`: one of its own.
  ///   - first: another part of the same build, whose steps need not be made again.
  public init(
    _ engine: Engine, _ request: BuildRequest, in session: BuildSession? = nil, beside first: Builder? = nil,
    report: @escaping @Sendable (BuildEvent) -> Void
  ) throws {
    self.engine = engine
    self.request = request
    self.report = report
    recipe = try request.dockerfile.recipe()
    self.session = try session ?? BuildSession(engine)
    folder = self.session.builds
    notes = StepNotes(folder)
    cache = first?.cache ?? StepCache(engine.images, notes, request.surroundings.caches) { report(.warned($0)) }
    contexts = first?.contexts ?? ContextTrees(folder)
    agents = KeyAgents(request.agents, self.session.scratch)
    tracePath = BuildTrace.path(
      folder,
      "\(request.dockerfile.file)\n\(request.context.folder)\n\(request.target ?? "")"
        + (request.isOneOfSeveral ? "\n\(request.platform ?? .host)" : ""))
    former = request.explains ? BuildTrace(reading: tracePath) : BuildTrace()
  }

  /// Stages that do not wait for each other are built at once.
  /// - Parameter isSpared: asked before a stage begins; the build then ends with a failure for which `isSpared` holds.
  public func build(cancellation: Cancellation? = nil, isSpared: @escaping @Sendable () -> Bool = { false }) throws
    -> BuildResult
  {
    let graph = try StageGraph(recipe, request)
    defer {
      agents.end()
      contexts.save()
      trace.withLock { $0 }.write(to: tracePath)
    }
    try schedule.run(graph) { index in
      try cancellation?.check()
      if isSpared() { throw Failure.isSpared }
      return try self.build(index, graph, cancellation)
    }
    let state = schedule.state(graph.target)
    return BuildResult(
      configuration: configuration(state, graph.platforms[graph.target] ?? graph.platform), root: state.root,
      steps: cache.keys, chain: state.results, request: request,
      record: record.withLock { record in
        record.finished = .now()
        return record
      }, session: session, engine: engine)
  }

  /// Whether the build ended for another's sake.
  public static func isSpared(_ failure: any Error) -> Bool {
    (failure as? Failure).map { $0.code == .interrupted && $0.message == Failure.isSpared.message } ?? false
  }

  // MARK: Telling

  /// The number of a step that begins.
  func begin(_ title: String, _ digest: Digest) -> Int {
    let number = session.nextStep()
    record.withLock { $0.steps.append((title, digest)) }
    report(.began(step: number, title: title, digest: digest))
    return number
  }

  /// `[build 2/5]`: the stage, and which of its steps.
  func prefix(_ index: Int, _ number: Int) -> String {
    let stage = recipe.stages[index]
    let total = 1 + stage.steps.count { $0.action.changesFiles }
    var label = stage.name ?? (recipe.stages.count == 1 ? "" : "stage-\(index)")
    if request.isOneOfSeveral {
      label = "\(request.platform ?? .host)\(label.isEmpty ? "" : " ")\(label)"
    }
    return "[\(label.isEmpty ? "" : label + " ")\(number)/\(total)]"
  }

  /// Something from elsewhere goes in.
  func note(_ material: BuildRecord.Material) { record.withLock { _ = $0.materials.insert(material) } }

  func note(_ place: BuildTrace.Place, _ key: Digest) { trace.withLock { $0.steps[place] = key } }

  func explain(_ step: Int, _ place: BuildTrace.Place, _ description: StepDescription, isCached: Bool) {
    let key = description.key
    guard !isCached else {
      return report(.explained(step: step, lines: ["everything that decides its result is as it was"]))
    }
    let lines: [String]
    if let old = former.steps[place] {
      if old == key {
        lines = [request.usesCache ? "its result is not kept any more" : "the cache is not used"]
      } else if let note = notes.note(old) {
        let before = BuildTrace.Place(stage: place.stage, number: place.number - 1)
        let parent = former.steps[before].flatMap { notes.note($0)?.title }
        let found = Explanation.differences(
          from: note.description, to: description.bytes,
          formerParent: parent.map { "“\($0)” changed" } ?? "its base changed")
        lines = found.isEmpty ? ["its description changed"] : found
      } else {
        lines = ["how it was described the last time is not known any more"]
      }
    } else {
      lines = [former.steps.isEmpty ? "this was not built here before" : "the step is new"]
    }
    report(.explained(step: step, lines: lines))
  }

  // MARK: Stages

  private func build(_ index: Int, _ graph: StageGraph, _ cancellation: Cancellation?) throws -> StageState {
    let stage = recipe.stages[index]
    let work = StageWork(builder: self, graph: graph, index: index, cancellation: cancellation)
    var state = try begin(stage, work)
    let triggers = state.config.onBuild
    state.config.onBuild = []
    for trigger in triggers { try work.run(parse(trigger, stage), "ONBUILD \(trigger)", &state) }
    for step in stage.steps { try work.run(step, step.original, &state) }
    return state
  }

  /// An instruction that an image brings along.
  private func parse(_ trigger: String, _ stage: Stage) throws -> Step {
    let text = DockerfileText(file: "ONBUILD of \(stage.base)", bytes: Array("FROM scratch\n\(trigger)\n".utf8))
    return try text.recipe().stages[0].steps[0]
  }

  private func begin(_ stage: Stage, _ work: StageWork) throws -> StageState {
    let latest = request.epoch ?? 0
    switch work.graph.bases[work.index]! {
    case .scratch: return StageState(escape: recipe.escape, latest: latest)
    case .stage(let index): return StageState(schedule.state(index))
    case .folder(let name):
      var state = StageState(escape: recipe.escape, latest: latest)
      let plan = CopyPlan(
        isAdd: false, tree: try contexts.tree(request.namedContexts[name]!), sources: [""], destination: "/",
        scratch: session.scratch, text: "FROM \(name)")
      try work.copy(plan, "FROM \(name)", &state)
      return state
    case .image(let name, let platform):
      let image = try resolve(name, platform, stage.lines)
      let created = image.configuration.created.flatMap { Timestamp($0) }?.seconds ?? 0
      return StageState(image, escape: recipe.escape, latest: request.epoch ?? max(0, created))
    }
  }

  func resolve(_ name: String, _ platform: Platform, _ lines: ClosedRange<Int>) throws -> Image {
    let image = try find(name, platform, lines)
    note(.init(image: request.imageContexts[name] ?? name, platform, image.manifest.digest))
    return image
  }

  private func find(_ name: String, _ platform: Platform, _ lines: ClosedRange<Int>) throws -> Image {
    let isContext = request.imageContexts[name] != nil
    let name = request.imageContexts[name] ?? name
    let images = engine.images
    if request.surroundings.alwaysFetches, !isContext { try fetchOnce(name, platform) }
    do { return try images.resolve(name, platform: platform) } catch let failure as Failure
      where failure.code == .notFound
    {
      if try fetchOnce(name, platform) { return try images.resolve(name, platform: platform) }
      throw request.dockerfile.failure(
        "image \(name) is not on this machine", at: lines, code: .notFound,
        hint: "`davit pull \(name)` fetches it; `davit image load` brings archives in")
    }
  }

  /// One stage at a time fetches, each image once.
  /// - Returns: whether it was.
  @discardableResult
  private func fetchOnce(_ name: String, _ platform: Platform) throws -> Bool {
    guard let fetch = request.surroundings.fetch else { return false }
    return try fetched.withLock { names in
      if names.contains("\(name) \(platform)") { return true }
      try fetch(name, request.platform == nil && Platform.host == platform ? nil : platform)
      names.insert("\(name) \(platform)")
      return true
    }
  }

  /// The configuration in the order and with the fields that BuildKit writes.
  private func configuration(_ state: StageState, _ platform: Platform) -> ImageConfiguration {
    var configuration = ImageConfiguration(
      platform: platform, config: state.config, diffIDs: state.root?.configuration.rootfs.diffIDs ?? [])
    configuration.config?.labels.merge(request.labels) { $1 }
    configuration.author = state.author
    let created = Timestamp(seconds: state.latest, nanoseconds: 0).description
    configuration.created = created
    configuration.history = state.history.map { entry in
      var entry = entry
      entry.created = entry.created ?? created
      return entry
    }
    return configuration
  }
}

extension Step.Action {
  var changesFiles: Bool {
    switch self {
    case .add, .copy, .run, .workingDirectory: true
    default: false
    }
  }
}

extension Failure {
  fileprivate static let isSpared = Failure(.interrupted, "the build for another platform failed", subject: "build")
}
