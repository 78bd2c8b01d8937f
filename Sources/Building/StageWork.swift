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
        failure.description, at: step.lines, code: failure.code, hint: nil)
      shown.exitStatus = failure.exitStatus
      throw shown
    }
  }

  /// Makes the change of a step, or takes what an earlier build made of it.
  /// - Parameter change: makes it in a writable view of the root; returns the changes and the newest time among them.
  func step(
    _ title: String, key: Digest, newest: Int64? = nil, _ state: inout StageState,
    change: (Int) throws -> (changes: Descriptor, keeping: AnyObject?)
  ) throws {
    let label = "[\(graph.label(index, builder.recipe))] \(title)"
    let number = builder.begin(label)
    if let newest, request.epoch == nil { state.latest = max(state.latest, newest) }
    if request.usesCache, let known = try builder.engine.images.snapshot(key) {
      state.root = known
      state.key = key
      return builder.report(.cached(step: number))
    }
    let start = Monotonic.now
    do {
      let (changes, keeping) = try change(number)
      state.root = try builder.engine.images.keepSnapshot(
        key, of: changes, on: state.root, platform: .host, latest: state.latest)
      withExtendedLifetime(keeping) {}
    } catch {
      builder.report(.failed(step: number, reason: Failure(error).message))
      throw error
    }
    state.key = key
    builder.report(.done(step: number, took: Monotonic.now - start))
  }

  /// The root as it is now; changes to it gather beside it.
  func view(_ state: StageState, writable: Bool) throws -> RootView {
    try RootView(
      try state.root.map { try builder.engine.images.layers(of: $0) } ?? [], scratch: builder.session.scratch,
      writable: writable)
  }

  private func enter(_ path: String, _ title: String, _ state: inout StageState) throws {
    let path = try state.variables.expand(path)
    let absolute = CopyPaths.absolute(path, in: state.workingDirectory)
    let folder = absolute.count > 1 && absolute.hasSuffix("/") ? String(absolute.dropLast()) : absolute
    state.config.workingDirectory = folder
    state.note("WORKDIR \(folder)", makesLayer: folder != "/")
    guard folder != "/" else { return }
    let user = state.config.user ?? ""
    let before = state
    try step(title, key: state.key(after: ["WORKDIR", folder, user]), &state) { _ in
      let view = try view(before, writable: true)
      var plan = CopyPlan(
        isAdd: false, tree: SourceTree(root: view.root, keepsOwners: true), destination: folder + "/", text: "")
      plan.owner = user.isEmpty ? nil : user
      try Copier(plan, in: view.root).makeDestination()
      return (view.changes!, view.folder)
    }
  }

  private func copy(_ plan: CopyPlan, _ title: String, _ state: inout StageState) throws {
    let (parts, newest) = try plan.digest()
    let before = state
    try step(title, key: state.key(after: parts), newest: newest, &state) { _ in
      let view = try view(before, writable: true)
      try Copier(plan, in: view.root).run()
      return (view.changes!, view.folder)
    }
    state.note(plan.text, makesLayer: true, isBuildKit: true)
  }

  /// Where files come from: the context, a stage, an image or a named context.
  func source(_ from: String?, _ lines: ClosedRange<Int>) throws -> SourceTree {
    func tree(_ context: BuildContext) throws -> SourceTree {
      SourceTree(root: try Descriptor.open(context.folder, .anchor), ignored: context.ignored, keepsOwners: false)
    }
    guard let from else { return try tree(request.context) }
    if let context = request.namedContexts[from] { return try tree(context) }
    if let stage = graph.stage(from: from, in: index) {
      return SourceTree(try view(builder.state(stage), writable: false))
    }
    let image = try builder.resolve(from, lines)
    let view = try RootView(
      builder.engine.images.layers(of: image), scratch: builder.session.scratch, writable: false)
    return SourceTree(view)
  }

  private func plan(_ copying: Copying, isAdd: Bool, _ state: StageState) throws -> CopyPlan {
    let variables = state.variables
    let lines = builder.recipe.stages[index].lines
    var plan = CopyPlan(
      isAdd: isAdd, tree: try source(copying.from.map(variables.expand), lines), destination: "",
      text: isAdd ? "ADD" : "COPY")
    let destination = try variables.expand(copying.destination)
    plan.destination = CopyPaths.absolute(destination, in: state.workingDirectory)
    plan.owner = try copying.owner.map(variables.expand)
    plan.parents = copying.parents
    plan.unpacks = copying.unpack ?? isAdd
    plan.exclude = try IgnoreRules(patterns: try copying.exclude.map(variables.expand))
    if copying.parents { plan.text += " --parents" }
    if let owner = plan.owner { plan.text += " --chown=\(owner)" }
    if let text = try copying.mode.map(variables.expand) {
      guard let mode = UInt32(text, radix: 8), mode <= 0o7777 else {
        throw Failure(.unsupported, "a mode is an octal number up to 07777 here: \"\(text)\"", subject: "--chmod")
      }
      plan.mode = mode
      plan.text += " --chmod=\(text)"
    }
    for source in copying.sources {
      let source = try variables.expand(source)
      if isAdd, source.hasPrefix("http://") || source.hasPrefix("https://") || source.hasPrefix("git@") {
        throw Failure(
          .unsupported, "ADD of \(source): addresses are not fetched yet", hint: "fetch it in a RUN")
      }
      plan.text += " \(source)"
      let found = try plan.tree.matches(source)
      if copying.parents, let mark = source.firstRange(of: "/./") {
        let leading = source[..<mark.lowerBound].split(separator: "/").count { $0 != "." }
        for path in found { plan.pivots[path] = leading }
      }
      plan.sources += found
    }
    if copying.checksum != nil { throw Failure(.invalidInput, "checksum requires HTTP(S) or Git sources") }
    for heredoc in copying.inline {
      plan.text += " <<\(heredoc.name)"
      plan.inline.append(
        CopyPlan.Inline(
          name: heredoc.name, content: heredoc.expands ? try expandDocument(heredoc.text, variables) : heredoc.text))
    }
    plan.text += " \(destination)"
    return plan
  }

  /// Quotes of a here-document are ordinary characters.
  private func expandDocument(_ text: String, _ variables: Variables) throws(WordLexer.SyntaxError) -> String {
    var options = WordLexer.Options()
    options.escape = variables.escape
    options.ignoresQuotes = true
    return try WordLexer.process(text, options: options) { variables[$0] }.text
  }
}

enum CopyPaths {
  /// Without `.`, `..` and doubled slashes; a slash at the end stays, because it means a folder.
  static func absolute(_ path: String, in folder: String) -> String {
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : "\(folder)/\(path)").split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    let isFolder = path.hasSuffix("/") || path.hasSuffix("/.") || path == "." || path.hasSuffix("/..") || path == ".."
    return "/" + parts.joined(separator: "/") + (isFolder && !parts.isEmpty ? "/" : "")
  }
}
