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
  private let steps = Mutex(0)
  private let finished = Mutex<[Int: StageState]>([:])
  private let fetched = Mutex<Set<String>>([])

  /// Throws where the Dockerfile cannot be understood.
  public init(_ engine: Engine, _ request: BuildRequest, report: @escaping @Sendable (BuildEvent) -> Void) throws {
    self.engine = engine
    self.request = request
    self.report = report
    recipe = try request.dockerfile.recipe()
    folder = "\(engine.host.root)/builds"
    session = try BuildSession(folder, engine)
  }

  /// Stages that do not wait for each other are built at once.
  public func build(cancellation: Cancellation? = nil) throws -> Image {
    defer { session.end() }
    let graph = try StageGraph(recipe, request)
    for level in graph.levels {
      let results = WorkerPool.map(level, limit: Self.parallelStages) { index in
        try cancellation?.check()
        let state = try self.build(index, graph, cancellation)
        self.finished.withLock { $0[index] = state }
      }
      for result in results { try result.get() }
    }
    return try finish(state(graph.target))
  }

  private static let parallelStages = 4

  func state(_ stage: Int) -> StageState { finished.withLock { $0[stage]! } }

  /// The number of a step that begins.
  func begin(_ title: String) -> Int {
    let number = steps.withLock { steps in
      steps += 1
      return steps
    }
    report(.began(step: number, title: title))
    return number
  }

  private func build(_ index: Int, _ graph: StageGraph, _ cancellation: Cancellation?) throws -> StageState {
    let stage = recipe.stages[index]
    var state = try begin(stage, graph.bases[index]!)
    let work = StageWork(builder: self, graph: graph, index: index, cancellation: cancellation)
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

  private func begin(_ stage: Stage, _ base: StageGraph.Base) throws -> StageState {
    let latest = request.epoch ?? 0
    switch base {
    case .scratch: return StageState(escape: recipe.escape, latest: latest)
    case .stage(let index): return StageState(state(index))
    case .image(let name):
      let image = try resolve(name, stage.lines)
      let created = image.configuration.created.flatMap { Timestamp($0) }?.seconds ?? 0
      return StageState(image, escape: recipe.escape, latest: request.epoch ?? max(0, created))
    }
  }

  func resolve(_ name: String, _ lines: ClosedRange<Int>) throws -> Image {
    let name = request.imageContexts[name] ?? name
    if request.alwaysFetches, !request.imageContexts.values.contains(name) { try fetchOnce(name) }
    do { return try engine.images.resolve(name) } catch let failure as Failure where failure.code == .notFound {
      if try fetchOnce(name) { return try engine.images.resolve(name) }
      throw request.dockerfile.failure(
        "image \(name) is not on this machine", at: lines, code: .notFound,
        hint: "`davit pull \(name)` fetches it; `davit image load` brings archives in")
    }
  }

  /// One stage at a time fetches, each image once.
  /// - Returns: whether it was.
  @discardableResult
  private func fetchOnce(_ name: String) throws -> Bool {
    guard let fetch = request.fetch else { return false }
    return try fetched.withLock { names in
      if names.contains(name) { return true }
      try fetch(name)
      names.insert(name)
      return true
    }
  }

  /// The configuration in the order and with the fields that BuildKit writes.
  private func finish(_ state: StageState) throws -> Image {
    var configuration = ImageConfiguration(
      platform: .host, config: state.config, diffIDs: state.root?.configuration.rootfs.diffIDs ?? [])
    configuration.config?.labels.merge(request.labels) { $1 }
    configuration.author = state.author
    let created = Timestamp(seconds: state.latest, nanoseconds: 0).description
    configuration.created = created
    configuration.history = state.history.map { entry in
      var entry = entry
      entry.created = entry.created ?? created
      return entry
    }
    return try engine.images.finishImage(configuration, layers: state.root?.layers ?? [], names: request.names)
  }
}
