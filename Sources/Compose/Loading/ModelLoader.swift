import Diagnostics
import YAML

/// Compose files → one merged tree in long forms: parse, interpolate, include, extend, merge, check, file by file.
///
/// One loader serves one scope; an included project gets a loader of its own.
final class ModelLoader {
  var options: ModelOptions
  let scope: Scope
  let report: Report
  /// How many files were loaded so far, over all scopes.
  let budget: Budget
  /// Files that are being included, outermost first: for naming cycles.
  let including: [String]
  /// Files that were loaded for `extends`, by path and by what their paths are joined to.
  var extended: [String: (services: Mapping, directives: Directives)] = [:]
  /// Services whose `extends` is being followed.
  var extending: [ServiceReference] = []

  final class Budget {
    private var left: Int

    init(_ files: Int) { left = files }

    func take(for path: String) throws(Failures) {
      left -= 1
      guard left >= 0 else {
        throw Failures([Failure(.invalidInput, "the project loads too many files; the last one was \(path)")])
      }
    }
  }

  struct ServiceReference: Equatable {
    var file: String
    var service: String
  }

  init(options: ModelOptions, scope: Scope, report: Report, budget: Budget, including: [String] = []) {
    self.options = options
    self.scope = scope
    self.report = report
    self.budget = budget
    self.including = including
  }

  /// The model of all files, later ones over earlier ones, with paths resolved and defaults filled in.
  func model(of files: [ComposeFile]) throws(Failures) -> Node {
    var model = Node(.mapping(Mapping()))
    for file in files { try load(file, into: &model) }
    Defaults.fill(&model)
    AttributeCheck(report: report).check(model)
    try report.stopIfFailed()
    if options.resolvesPaths {
      PathResolution(base: scope.pathBase, home: options.home, report: report).resolve(&model)
    }
    EnvironmentReferences.resolve(&model, environment: scope.environment)
    try report.stopIfFailed()
    return model
  }

  /// What a stage does with a document of a file.
  private func load(_ file: ComposeFile, into model: inout Node) throws(Failures) {
    for document in try documents(of: file) { try merge(document, of: file, into: &model) }
  }

  private func merge(_ document: Node, of file: ComposeFile, into model: inout Node) throws(Failures) {
    let written = document
    var document = try checkedRoot(document)
    let directives = Directives(extractedFrom: &document)
    interpolate(&document)
    try report.stopIfFailed()
    let interpolated = document
    try applyIncludes(of: &document, file: file, directives: directives)
    note(written, interpolated, file, isExtended: false)
    directives.apply(to: &model)
    try applyExtends(in: &document, file: file, directives: directives)

    Merger(report: report).merge(document, into: &model)
    try report.stopIfFailed()
    Unicity.enforce(on: &model)
    SchemaCheck(report: report).check(model)
    try report.stopIfFailed()
    if let version = model["version"] {
      report.warn("the attribute `version` is obsolete and has no effect; remove it", version.mark)
      model.updateMapping { $0.remove("version") }
    }
    finish(&model)
    try report.stopIfFailed()
  }

  /// The canonical form of a file that a service extends. It is not checked: what comes of the merge is.
  func unchecked(_ file: ComposeFile) throws(Failures) -> (model: Node, directives: Directives) {
    var model = Node(.mapping(Mapping()))
    var last = Node(.mapping(Mapping()))
    var directives = Directives(extractedFrom: &last)
    for written in try documents(of: file) {
      var document = try checkedRoot(written)
      directives = Directives(extractedFrom: &document)
      interpolate(&document)
      try report.stopIfFailed()
      note(written, document, file, isExtended: true)
      directives.apply(to: &model)
      Merger(report: report).merge(document, into: &model)
      Unicity.enforce(on: &model)
      finish(&model)
      try report.stopIfFailed()
    }
    return (model, directives)
  }

  private func note(_ written: Node, _ interpolated: Node, _ file: ComposeFile, isExtended: Bool) {
    options.trace?.note(
      written, interpolated: interpolated, file: file.path, scope: scope, isExtended: isExtended,
      ignoresProblems: !options.interpolates)
  }

  private func documents(of file: ComposeFile) throws(Failures) -> [Node] {
    if let documents = file.documents { return documents }
    try budget.take(for: file.path)
    return try options.read(file.path)
  }

  private func checkedRoot(_ document: Node) throws(Failures) -> Node {
    guard document.mapping != nil else {
      let found = document.isNull ? "the file is empty" : "this is \(document.kindWithArticle)"
      throw Failures([
        Failure(
          .invalidInput, "a compose file is a mapping at its top level, but \(found)", location: document.mark.location,
          hint: "begin with `services:`")
      ])
    }
    return document
  }

  private func interpolate(_ document: inout Node) {
    guard options.interpolates else { return }
    Interpolator(environment: scope.environment, report: report).interpolate(&document)
  }

  private func finish(_ model: inout Node) {
    Canonical(report: report, ignoresSyntaxProblems: !options.interpolates).transform(&model)
    Self.dropEmptyNameServers(of: &model)
    // Long forms can show duplicates that short ones hid: a range of ports and a port of it.
    Unicity.enforce(on: &model)
  }

  /// Empty `dns` entries come from variables that are not set.
  private static func dropEmptyNameServers(of model: inout Node) {
    model.updateMapping { top in
      guard let services = top.position(of: "services") else { return }
      top[position: services].updateMapping { services in
        for position in services.entries.indices {
          guard let servers = services.entries[position].value["dns"]?.sequence,
            servers.contains(where: { $0.isNull || $0.string == "" })
          else { continue }
          services[position: position].updateMapping {
            $0["dns"]?.value = .sequence(servers.filter { !$0.isNull && $0.string != "" })
          }
        }
      }
    }
  }
}
