import Diagnostics
import Dockerfile
import Engine
import Images
import Linux
import OCI

/// Carries out the instructions of one stage.
struct StageWork {
  let builder: Builder
  let graph: StageGraph
  let index: Int
  let cancellation: Cancellation?

  var request: BuildRequest { builder.request }
  var platform: Platform { graph.platforms[index] ?? .host }

  func run(_ step: Step, _ title: String, _ state: inout StageState) throws {
    try cancellation?.check()
    do {
      if try state.applySetting(step.action, graph.arguments, request.arguments) { return }
      switch step.action {
      case .workingDirectory(let path): try enter(path, title, &state)
      case .copy(let copying): try copy(plan(copying, isAdd: false, state), title, &state)
      case .add(let copying): try copy(plan(copying, isAdd: true, state), title, &state)
      case .run(let run): try self.run(run, title, &state)
      default: break
      }
    } catch let error as WordLexer.SyntaxError {
      throw request.dockerfile.failure(error.description, at: step.lines)
    } catch let failure as Failure where failure.location == nil && failure.code != .interrupted {
      var shown = request.dockerfile.failure(
        failure.described, at: step.lines, code: failure.code, hint: failure.hint)
      shown.exitStatus = failure.exitStatus
      throw shown
    }
  }

  /// Makes the change of a step, or takes what an earlier build made of it.
  /// - Parameter make: makes and keeps it under the key; nothing in it is newer than the time that it is given.
  func step(
    _ title: String, _ description: StepDescription, newest: Int64? = nil, _ state: inout StageState,
    make: (_ number: Int, _ key: Digest, _ latest: Int64) throws -> Image
  ) throws {
    var description = description
    if let epoch = request.epoch { description.add(.option, "SOURCE_DATE_EPOCH", "\(epoch)") }
    let key = description.key
    state.steps += 1
    let place = BuildTrace.Place(stage: recipeStage.name ?? "\(index)", number: state.steps)
    let number = builder.begin("\(builder.prefix(index, state.steps + 1)) \(title)", key)
    if let newest, request.epoch == nil { state.latest = max(state.latest, newest) }
    defer {
      builder.note(place, key)
      if state.key == key, let root = state.root { state.results.append((key, root.layers.count)) }
    }
    state.isRenewed = state.isRenewed || !usesCache
    if let known = try builder.cache.find(key, isAllowed: !state.isRenewed, description, title) {
      state.root = known
      state.key = key
      if request.explains { builder.explain(number, place, description, isCached: true) }
      return builder.report(.cached(step: number))
    }
    let lock = try StepLock(builder.folder, key, cancellation)
    defer { withExtendedLifetime(lock) {} }
    if let made = try builder.cache.find(key, isAllowed: !state.isRenewed, description, title) {
      state.root = made
      state.key = key
      return builder.report(.cached(step: number))
    }
    if request.explains { builder.explain(number, place, description, isCached: false) }
    let start = Monotonic.now
    do {
      state.root = try make(number, key, state.latest)
    } catch {
      builder.report(.failed(step: number, reason: Failure(error).message))
      throw error
    }
    builder.cache.remember(key, title, description)
    state.key = key
    builder.report(.done(step: number, took: Monotonic.now - start))
  }

  private var recipeStage: Stage { builder.recipe.stages[index] }

  private var usesCache: Bool {
    request.usesCache && !request.uncachedStages.contains(recipeStage.name ?? "\(index)")
  }

  /// The root as it is now; changes to it gather beside it.
  func view(_ state: StageState, writable: Bool) throws -> RootView {
    try RootView(
      try state.root.map { try builder.engine.images.layers(of: $0) } ?? [], scratch: builder.session.scratch,
      writable: writable)
  }

  /// The root as an image, an empty one too.
  func root(of state: StageState) throws -> Image {
    try state.root
      ?? builder.engine.images.keepSnapshot(state.key, of: nil, on: nil, platform: platform, latest: state.latest)
  }

  func keep(_ key: Digest, _ changes: Descriptor, on parent: Image?, _ latest: Int64) throws -> Image {
    try builder.engine.images.keepSnapshot(key, of: changes, on: parent, platform: platform, latest: latest)
  }

  private func enter(_ path: String, _ title: String, _ state: inout StageState) throws {
    let path = try state.variables.expand(path)
    let absolute = CopyPaths.absolute(path, in: state.workingDirectory)
    let folder = absolute.count > 1 && absolute.hasSuffix("/") ? String(absolute.dropLast()) : absolute
    state.config.workingDirectory = folder
    state.note("WORKDIR \(folder)", makesLayer: folder != "/")
    guard folder != "/" else { return }
    let user = state.config.user ?? ""
    var description = StepDescription(state.key)
    description.add(.instruction, "", "WORKDIR \(folder)")
    description.add(.option, "user", user)
    let before = state
    try step(title, description, &state) { _, key, latest in
      let view = try view(before, writable: true)
      defer { withExtendedLifetime(view) {} }
      var plan = CopyPlan(
        isAdd: false, tree: SourceTree(root: view.root, keepsOwners: true), destination: folder + "/",
        scratch: builder.session.scratch, text: "")
      plan.owner = user.isEmpty ? nil : user
      try Copier(plan, in: view.root, accounts: view.root).makeDestination()
      return try keep(key, view.finish(), on: before.root, latest)
    }
  }
}

extension Failure {
  /// With what it is about and what led to it, without the hint.
  fileprivate var described: String {
    var other = self
    other.hint = nil
    return other.description
  }
}
