import Diagnostics
import Dockerfile
import Images
import Linux
import OCI

/// `COPY` and `ADD`.
extension StageWork {
  func copy(_ plan: CopyPlan, _ title: String, _ state: inout StageState) throws {
    defer { state.note(plan.text, makesLayer: true, isBuildKit: true) }
    let before = state
    if plan.link { return try link(plan, title, before, &state) }
    var description = StepDescription(state.key)
    description.add(.instruction, "", plan.isAdd ? "ADD" : "COPY")
    let newest = try plan.describe(in: &description)
    try step(title, description, newest: newest, &state) { _, key, latest in
      let view = try view(before, writable: true)
      defer { withExtendedLifetime(view) {} }
      try Copier(plan, in: view.root, accounts: view.root).run()
      return try keep(key, view.finish(), on: before.root, latest)
    }
  }

  /// `--link`: the layer is made without looking at what it will lie on, so it stays when that changes.
  private func link(_ plan: CopyPlan, _ title: String, _ before: StageState, _ state: inout StageState) throws {
    var alone = StepDescription(Digest.sha256(of: "davit-build: link".utf8))
    alone.add(.instruction, "", plan.isAdd ? "ADD" : "COPY")
    if plan.owner?.contains(where: \.isLetter) == true { alone.add(.parent, "accounts", before.key.hex) }
    let newest = try plan.describe(in: &alone)
    var description = StepDescription(state.key)
    description.add(alone)
    try step(title, description, newest: newest, &state) { _, key, latest in
      let layer: Image
      if let known = try builder.cache.find(alone.key, isAllowed: request.usesCache, alone, title) {
        layer = known
      } else {
        let view = try RootView([], scratch: builder.session.scratch, writable: true)
        defer { withExtendedLifetime(view) {} }
        try Copier(plan, in: view.root, accounts: self.view(before, writable: false).root).run()
        layer = try keep(alone.key, view.finish(), on: nil, latest)
        builder.cache.remember(alone.key, title, alone)
      }
      return try builder.engine.images.keepSnapshot(key, stacking: layer, on: before.root, platform: platform)
    }
  }

  /// Where files come from: the context, a stage, an image or a named context.
  func source(_ from: String?, _ lines: ClosedRange<Int>) throws -> SourceTree {
    guard let from else { return try builder.contexts.tree(request.context) }
    if let context = request.namedContexts[from] { return try builder.contexts.tree(context) }
    if let stage = graph.stage(from: from, in: index) {
      return SourceTree(try view(builder.schedule.state(stage), writable: false))
    }
    let image = try builder.resolve(from, graph.platform, lines)
    let view = try RootView(
      builder.engine.images.layers(of: image), scratch: builder.session.scratch, writable: false)
    return SourceTree(view)
  }

  func plan(_ copying: Copying, isAdd: Bool, _ state: StageState) throws -> CopyPlan {
    let variables = state.variables
    let lines = builder.recipe.stages[index].lines
    let destination = try variables.expand(copying.destination)
    var plan = CopyPlan(
      isAdd: isAdd, tree: try source(copying.from, lines),
      destination: CopyPaths.absolute(destination, in: state.workingDirectory), scratch: builder.session.scratch,
      text: isAdd ? "ADD" : "COPY")
    plan.owner = try copying.owner.map(variables.expand)
    plan.parents = copying.parents
    plan.link = copying.link
    plan.unpacks = copying.unpack
    plan.exclude = try IgnoreRules(patterns: try copying.exclude.map(variables.expand))
    if copying.parents { plan.text += " --parents" }
    if let owner = plan.owner { plan.text += " --chown=\(owner)" }
    if let text = try copying.mode.map(variables.expand) {
      plan.mode = try ModeChange(text)
      plan.text += " --chmod=\(text)"
    }
    if plan.link { plan.text += " --link" }
    let checksum = try copying.checksum.map(variables.expand)
    for source in copying.sources {
      let source = try variables.expand(source)
      plan.text += " \(source)"
      if isAdd, Self.isAddress(source) {
        let fetched = try fetch(source, copying, checksum)
        guard fetched.tree != nil || !plan.destination.hasSuffix("/") || !fetched.name.isEmpty else {
          throw Failure(.invalidInput, "cannot determine filename for source", subject: source)
        }
        plan.fetched.append(fetched)
      } else {
        try add(source, copying, to: &plan)
      }
    }
    guard checksum == nil || plan.sources.isEmpty && plan.fetched.count == 1 else {
      throw Failure(
        .invalidInput,
        plan.fetched.isEmpty
          ? "checksum requires HTTP(S) or Git sources" : "checksum can't be specified for multiple sources")
    }
    for heredoc in copying.inline {
      plan.text += " <<\(heredoc.name)"
      plan.inline.append(
        CopyPlan.Inline(
          name: heredoc.name, content: heredoc.expands ? try expandDocument(heredoc.text, variables) : heredoc.text))
    }
    plan.text += " \(destination)"
    return plan
  }

  private func add(_ source: String, _ copying: Copying, to plan: inout CopyPlan) throws {
    let found = try plan.tree.matches(source)
    if copying.parents, let mark = source.firstRange(of: "/./") {
      let leading = source[..<mark.lowerBound].split(separator: "/").count { $0 != "." }
      for path in found { plan.pivots[path] = leading }
    }
    plan.sources += found
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
