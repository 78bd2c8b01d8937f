import Diagnostics
import YAML

/// What `davit config` is asked for, and its answer. It prints nothing itself.
public struct ConfigQuery: Sendable {
  public enum Content: Sendable, Equatable {
    /// The whole project.
    case project
    /// `--services`, `--volumes`, `--networks`, `--models`, `--profiles`, `--images`: names, one per line.
    case services, volumes, networks, models, profiles, images
    /// `--hash`: service names, or none for all of them.
    case hash([String])
    case variables, environment
    /// `--explain`: where the value at a path came from.
    case explain(String)
  }

  public enum Format: String, Sendable, CaseIterable {
    case yaml, json
  }

  public var content = Content.project
  /// `--format`. Nil: YAML for a project, a table for variables.
  public var format: Format?
  /// `-q`: the project is only checked, nothing is printed.
  public var isQuiet = false
  public var options: LoadOptions

  /// Names of images → the same images by digest, or why there is none.
  public typealias Pin = @Sendable ([String]) -> [String: Result<String, Failure>]
  /// `--resolve-image-digests`. Nil: images stay as they are named.
  public var pin: Pin?
  /// `--lock-image-digests`: nothing but what pins images.
  public var isLock = false

  public init(options: LoadOptions) { self.options = options }

  /// Loads the project as far as the question needs it.
  ///
  /// - Returns: the text for standard output, with its last newline, and the warnings for standard error.
  public func answer() throws(Failures) -> (text: String, warnings: [Warning]) {
    switch content {
    case .project where !options.interpolates: return try model()
    case .variables: return try variables()
    case .explain(let path): return try explain(path)
    case .services where !options.interpolates:
      let model = try ProjectLoader(options: options).loadModel()
      return (lines(model.tree["services"]?.mapping?.keys.sorted() ?? []), model.warnings)
    default: break
    }
    var options = options
    switch content {
    // Names do not depend on variable files, which may be missing where they are asked for.
    case .services, .volumes, .networks, .models, .images, .hash: options.resolvesEnvironment = false
    default: break
    }
    var project = try ProjectLoader(options: options).load()
    if content == .project { try pin(&project.tree, &project.warnings) }
    return (try text(of: project), project.warnings)
  }

  private func pin(_ tree: inout Node, _ warnings: inout [Warning]) throws(Failures) {
    if let pin { try ImageDigests(tree).pin(&tree, pin) }
    guard isLock else { return }
    for service in tree["services"]?.mapping?.entries ?? [] {
      guard let hook = service.value["pre_start"]?.sequence?.first(where: { $0["image"] != nil }) else { continue }
      warnings.append(
        Warning(
          "the images of \(service.key)'s pre_start hooks are not in the lock file: hooks are appended when files are merged",
          location: hook.mark.location))
    }
    tree = ImageDigests.lock(tree)
  }

  private func text(of project: LoadedProject) throws(Failures) -> String {
    if isQuiet { return "" }
    switch content {
    case .project, .variables, .explain:
      let printed = ProjectView(project.tree)
      return (format ?? .yaml) == .json
        ? JSONText(escapesDollars: true).text(printed.json) + "\n" : YAMLText(escapesDollars: true).text(printed.yaml)
    case .services: return lines(names("services", project))
    case .volumes: return lines(names("volumes", project))
    case .networks: return lines(names("networks", project))
    case .models:
      return lines((project.tree["models"]?.mapping?.entries ?? []).compactMap { $0.value["model"]?.string }.sorted())
    case .images:
      return lines(
        (project.tree["services"]?.mapping?.entries ?? []).map { entry in
          entry.value["image"]?.string ?? "\(project.name)-\(entry.key)"
        }.sorted())
    case .profiles:
      let services = (project.tree["services"]?.mapping?.entries ?? []) + project.disabledServices.entries
      return lines(Set(services.flatMap { ServiceSelection.profiles(of: $0.value) }).sorted())
    case .environment: return lines(project.environment.map { "\($0)=\($1)" }.sorted())
    case .hash(let wanted): return try hashes(project, wanted)
    }
  }

  private func names(_ kind: String, _ project: LoadedProject) -> [String] {
    project.tree[kind]?.mapping?.keys.sorted() ?? []
  }

  private func lines(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

  private func hashes(_ project: LoadedProject, _ wanted: [String]) throws(Failures) -> String {
    let services = project.tree["services"]?.mapping ?? Mapping()
    var result: [String] = []
    for name in wanted.isEmpty ? services.keys.sorted() : wanted.sorted() {
      guard let service = services[name] else {
        throw Failures([
          Failure(
            .notFound, "there is no service `\(name)`",
            hint: closest(to: name, among: services.keys).map { "did you mean `\($0)`?" })
        ])
      }
      result.append("\(name) \(ServiceHash.text(of: service))")
    }
    return lines(result)
  }

  private func explain(_ path: String) throws(Failures) -> (text: String, warnings: [Warning]) {
    let trace = LoadTrace()
    let project = try ProjectLoader(options: options).load(tracing: trace)
    let explainer = Explainer(
      trace: trace, project: ProjectView(project.tree).yaml, environment: options.environment
    ) { Paths.shown($0, from: options.workingDirectory) }
    do throws(Failure) {
      let found = try explainer.explanations(of: path)
      guard format == .json else { return (lines(found.flatMap(\.lines)), project.warnings) }
      return (
        JSONText(escapesDollars: false).text(Node(.sequence(found.map(\.node)))) + "\n", project.warnings
      )
    } catch { throw Failures([error]) }
  }

  // MARK: Without interpolation

  private func model() throws(Failures) -> (text: String, warnings: [Warning]) {
    var model = try ProjectLoader(options: options).loadModel()
    try pin(&model.tree, &model.warnings)
    let text =
      (format ?? .yaml) == .json
      ? JSONText(escapesDollars: false).text(model.tree) + "\n" : YAMLText(escapesDollars: false).text(model.tree)
    return (text, model.warnings)
  }

  private func variables() throws(Failures) -> (text: String, warnings: [Warning]) {
    var options = options
    options.interpolates = false
    let model = try ProjectLoader(options: options).loadModel()
    let variables = Template.variables(in: model.tree).values.sorted { $0.name < $1.name }
    guard let format else { return (VariableTable.text(variables), model.warnings) }
    let node = VariableTable.node(variables, lowercased: format == .yaml)
    return (
      format == .json ? JSONText(escapesDollars: false).text(node) + "\n" : YAMLText(escapesDollars: false).text(node),
      model.warnings
    )
  }
}
