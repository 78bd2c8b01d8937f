import Diagnostics
import YAML

/// Compose files → one canonical project.
public struct ProjectLoader: Sendable {
  public var options: LoadOptions

  public init(options: LoadOptions) { self.options = options }

  /// Reads, interpolates, merges, checks and normalises the project.
  ///
  /// - Throws: `Failures` with everything that is wrong, each with file, line, column and attribute path.
  public func load() throws(Failures) -> LoadedProject { try load(tracing: nil) }

  /// - Parameter trace: told of everything that is read.
  func load(tracing trace: LoadTrace?) throws(Failures) -> LoadedProject {
    let report = Report()
    var modelOptions = modelOptions
    modelOptions.trace = trace
    let model = try loadModel(report, modelOptions)
    var project = Binding(report: report).project(model.tree)
    project.updateMapping { $0["name"]?.value = .string(model.name) }
    try report.stopIfFailed()

    let all = project["services"]?.mapping ?? Mapping()
    let selection = ServiceSelection(
      profiles: model.profiles, named: options.services, services: all)
    var enabled = all
    enabled.filter { selection.isEnabled($0.value) }
    var disabled = all
    disabled.filter { !selection.isEnabled($0.value) }

    if options.checksConsistency {
      ConsistencyCheck(project: project, services: enabled, disabled: disabled, report: report).check()
      try report.stopIfFailed()
      alignReplicas(&enabled)
    }
    if !options.services.isEmpty {
      let wanted = try ServiceSelection.closure(of: options.services, in: enabled)
      for entry in enabled.entries where !wanted.contains(entry.key) { disabled.append(entry) }
      enabled.filter { wanted.contains($0.key) }
      dropDependencies(of: &enabled, outside: wanted)
    }
    let files = ServiceFiles(environment: model.environment, options: modelOptions, report: report)
    for position in enabled.entries.indices {
      let name = enabled.entries[position].key
      enabled[position: position].updateMapping { service in
        if options.resolvesEnvironment { files.resolveEnvironment(of: &service, name: name) }
        files.resolveLabels(of: &service, name: name)
      }
    }
    project.updateMapping { $0["services"] = Node(.mapping(enabled), mark: $0["services"]?.mark ?? .none) }
    if !options.keepsUnusedResources { UnusedResources.remove(from: &project) }
    try report.stopIfFailed()
    return LoadedProject(
      name: model.name, workingDirectory: model.workingDirectory, files: model.files,
      environmentFiles: EnvironmentFile.asked(of: options), environment: model.environment,
      tree: project, profiles: selection.profiles, disabledServices: disabled, warnings: report.warnings)
  }

  /// The merged model before it becomes a project: what `config --no-interpolate` prints.
  public func loadModel() throws(Failures) -> LoadedModel {
    let report = Report()
    var model = try loadModel(report, modelOptions)
    model.warnings = report.warnings
    return model
  }

  private func loadModel(_ report: Report, _ modelOptions: ModelOptions) throws(Failures) -> LoadedModel {
    let files = try ProjectFiles(options, remotes: modelOptions.remotes, trace: modelOptions.trace, report: report)
    var documents: [[Node]] = []
    for path in files.paths { documents.append(try modelOptions.read(path)) }
    let name = try ProjectName.choose(options, files: files, documents: documents, report: report)
    var environment = files.environment
    environment["COMPOSE_PROJECT_NAME"] = name
    // A model that is shown with its variables takes no values from the environment in other ways either.
    let visible = options.interpolates ? environment : ["COMPOSE_PROJECT_NAME": name]

    let loader = ModelLoader(
      options: modelOptions,
      scope: Scope(pathBase: files.directory, directory: files.directory, environment: visible), report: report,
      budget: ModelLoader.Budget(options.fileLimit))
    var tree = try loader.model(
      of: zip(files.paths, documents).map { ComposeFile(path: $0, documents: $1) }
        + (options.overlay.map { [ComposeFile(path: files.paths.last!, documents: [$0])] } ?? []))
    guard tree.mapping?.isEmpty == false else {
      throw Failures([
        Failure(
          .invalidInput, "the compose file is empty",
          location: SourceLocation(file: modelOptions.name(of: files.paths[0]), line: 1, column: 1),
          hint: "begin with `services:`")
      ])
    }
    if options.normalizes { Normalization(projectName: name, environment: visible).normalize(&tree) }
    return LoadedModel(
      name: name, workingDirectory: files.directory, files: files.paths, environment: environment, tree: tree,
      profiles: profiles(environment), warnings: [])
  }

  private var modelOptions: ModelOptions {
    ModelOptions(
      workingDirectory: options.workingDirectory, home: options.environment["HOME"], interpolates: options.interpolates,
      resolvesPaths: options.resolvesPaths, limits: options.limits, remotes: RemoteFiles(options.fetch))
  }

  private func profiles(_ environment: [String: String]) -> [String] {
    guard options.profiles.isEmpty else { return options.profiles }
    return (environment["COMPOSE_PROFILES"] ?? "").split(separator: ",")
      .map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
  }

  /// `scale` and `deploy.replicas` mean the same, and say so in both places.
  private func alignReplicas(_ services: inout Mapping) {
    for position in services.entries.indices {
      guard let scale = services.entries[position].value["scale"], services.entries[position].value["deploy"] != nil
      else { continue }
      services[position: position].updateMapping { service in
        service["deploy"]?.updateMapping { deploy in
          deploy = Mapping(
            deploy.entries.filter { $0.key == "mode" } + [.init("replicas", scale)]
              + deploy.entries.filter { $0.key != "mode" && $0.key != "replicas" })
        }
      }
    }
  }

  private func dropDependencies(of services: inout Mapping, outside wanted: Set<String>) {
    for position in services.entries.indices {
      services[position: position].updateMapping { service in
        service["depends_on"]?.updateMapping { $0.filter { wanted.contains($0.key) } }
        if service["depends_on"]?.mapping?.isEmpty ?? false { service.remove("depends_on") }
      }
    }
  }
}
