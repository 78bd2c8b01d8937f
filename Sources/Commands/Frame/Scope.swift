import Arguments
import Compose
import Diagnostics
import Engine
import Glibc
import Planning
import Reconciling
import Spec

/// The project that a command line is about: by its files where they are, else by its name alone.
struct Scope: Sendable {
  var name: String
  /// `nil`: only a name was given, and what the machine has under it counts.
  var project: Project?

  /// Throws where a service is named that the project does not have.
  func check(_ services: [String]) throws {
    guard let project else { return }
    let known = project.services.map(\.name)
    for service in services where !known.contains(service) {
      let near = Suggestion.nearest(to: service, among: known).map { "did you mean \($0)?" }
      throw Failure(
        .notFound, "no such service: \(service)",
        hint: near ?? (known.isEmpty ? nil : "there are \(known.sorted().joined(separator: ", "))"))
    }
  }
}

extension Invocation {
  /// The words that lead another process to the same project.
  var projectWords: [String] {
    var words: [String] = []
    for flag in ["file", "env-file", "profile"] { words += arguments.list(flag).flatMap { ["--\(flag)", $0] } }
    for flag in ["project-name", "project-directory", "workdir"] {
      if let value = arguments.text(flag) { words += ["--\(flag)", value] }
    }
    return words + (arguments.boolean("compatibility") ? ["--compatibility"] : [])
  }

  func loadOptions(services: [String] = []) throws -> LoadOptions {
    var options = LoadOptions(workingDirectory: try workingDirectory, environment: environment)
    options.files = arguments.list("file")
    options.projectName = arguments.text("project-name")
    // `run` and `exec` have a flag of that name for a folder in the container.
    let hasOwn = arguments.hasFlag("workdir")
    options.projectDirectory = arguments.text("project-directory") ?? (hasOwn ? nil : arguments.text("workdir"))
    options.envFiles = arguments.list("env-file")
    options.profiles = arguments.list("profile")
    options.services = services
    options.keepsUnusedResources = arguments.boolean("all-resources")
    options.fetch = fetch
    return options
  }

  /// The project as its files say.
  /// - Parameter services: only these and what they depend on; empty: all that are enabled.
  func project(services: [String] = []) throws -> Project {
    let project = try Project(try ProjectLoader(options: loadOptions(services: services)).load())
    warn(project.warnings)
    tell(project)
    return project
  }

  /// What `--verbose` adds.
  private func tell(_ project: Project) {
    guard arguments.boolean("verbose") else { return }
    let services = project.services.map(\.name).joined(separator: ", ")
    Output.error.print("project \(project.name) in \(project.workingDirectory)")
    for file in project.files { Output.error.print("  from \(file)") }
    Output.error.print("  services: \(services.isEmpty ? "none" : services)")
    if !project.disabledServices.isEmpty {
      Output.error.print("  not enabled: \(project.disabledServices.sorted().joined(separator: ", "))")
    }
  }

  /// The project that one file describes, whatever `-f` says.
  func project(file: String, named name: String? = nil) throws -> Project {
    var options = try loadOptions()
    options.files = [file]
    options.projectName = arguments.text("project-name") ?? name
    let project = try Project(try ProjectLoader(options: options).load())
    warn(project.warnings)
    return project
  }

  /// As docker compose decides it: `-p` without `-f` means whatever the machine has under that name.
  func scope(services: [String] = []) throws -> Scope {
    if arguments.list("file").isEmpty, let name = arguments.text("project-name"), !name.isEmpty {
      try ProjectName.checked(name, from: "-p")
      return Scope(name: name)
    }
    do {
      // What is there already can be looked at and taken down without the files that its containers were made from.
      var options = try loadOptions()
      options.resolvesEnvironment = false
      var project = try Project(try ProjectLoader(options: options).load())
      // A service that is named is enabled by that, whatever its profiles.
      if services.contains(where: project.disabledServices.contains) {
        options.services = services
        project = try Project(try ProjectLoader(options: options).load())
      }
      tell(project)
      let scope = Scope(name: project.name, project: project)
      try scope.check(services)
      return scope
    } catch {
      // Without files the name alone may still be known.
      if arguments.list("file").isEmpty, let name = variable("COMPOSE_PROJECT_NAME") { return Scope(name: name) }
      throw error
    }
  }

  /// The state that a project describes.
  /// - Parameter needsImages: an image that is not here is an error.
  /// - Parameter needsFiles: so is a secret or config; what only stops or removes needs neither.
  /// - Parameter provided: what its providers gave just now; `nil`: what they gave the last time.
  func desired(
    _ project: Project, _ engine: Engine, needsImages: Bool = true, needsFiles: Bool = true,
    provided: [String: ProviderSpec]? = nil
  ) throws -> Desired {
    var options = Lowering.Options()
    options.allowsMissingImages = !needsImages
    options.allowsMissingVariables = !needsFiles
    options.version = Program.version
    options.scale = try scale()
    options.provided = try provided ?? self.provided(project, engine)
    options.separator = nameSeparator
    var surroundings = Lowering.Surroundings(engine)
    surroundings.read(from: self, needsFiles: needsFiles)
    if let pins = try lockPins() { surroundings.hold(to: pins, project, engine.images, allowsMissing: !needsImages) }
    return try Lowering.desired(project, surroundings, options: options)
  }

  /// Between the parts of a container's name: `_` as in the first Compose, where that is asked for.
  var nameSeparator: String { arguments.boolean("compatibility") || isOn("COMPOSE_COMPATIBILITY") ? "_" : "-" }

  /// `--scale web=3`
  func scale() throws -> [String: Int] {
    if arguments.command.name == "scale" { return try Self.scale(arguments.positionals) }
    return arguments.hasFlag("scale") ? try Self.scale(arguments.list("scale")) : [:]
  }

  /// The services whose images a command needs: with `--no-deps` the named ones, without what they depend on.
  func services(of project: Project, named: [String]) -> [Service] {
    guard !named.isEmpty, arguments.hasFlag("no-deps"), arguments.boolean("no-deps") else { return project.services }
    return project.services.filter { named.contains($0.name) }
  }

  static func scale(_ entries: [String]) throws -> [String: Int] {
    var scale: [String: Int] = [:]
    for entry in entries {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, let count = Int(parts[1]), count >= 0 else {
        throw Failure(.invalidInput, "invalid scale specifier: \(entry)", hint: "write SERVICE=NUM")
      }
      scale[String(parts[0])] = count
    }
    return scale
  }
}
