import Diagnostics
import YAML

/// Which files make up the project, and where it lives.
struct ProjectFiles {
  /// Absolute, in merge order; `-` is standard input.
  var paths: [String]
  /// Absolute: `--project-directory`, else the directory of the first file.
  var directory: String
  /// What the project is named after, where nothing else names it: `directory`, unless the files come from elsewhere.
  var nameDirectory: String
  /// The process's variables, completed by those of `.env` or `--env-file`.
  var environment: [String: String]

  static let usualNames = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"]
  static let overrideNames = [
    "compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml",
  ]

  init(_ options: LoadOptions, remotes: RemoteFiles, trace: LoadTrace? = nil, report: Report) throws(Failures) {
    let current = options.workingDirectory
    let given = options.projectDirectory.map { Paths.resolve($0, in: current) }
    environment = options.environment
    if environment["PWD"] == nil { environment["PWD"] = current }
    paths = Self.absolute(options.files, in: current)

    // What lies elsewhere is a project of the current directory, as far as names and `.env` go.
    func directory(of paths: [String]) -> String {
      let first = paths.first { $0 != "-" }
      return given ?? first.flatMap { RemoteReference.isRemote($0) ? nil : Paths.directory(of: $0) } ?? current
    }
    // A `.env` may say where the files are, and the directory of the files may hold another `.env`.
    try Self.readEnvironment(options, in: directory(of: paths), into: &environment, trace: trace, report: report)
    if paths.isEmpty { paths = try Self.namedByEnvironment(environment, in: current) }
    if paths.isEmpty { paths = Self.search(from: given ?? current, report: report) }
    nameDirectory = directory(of: paths)
    self.directory = nameDirectory
    try Self.readEnvironment(options, in: nameDirectory, into: &environment, trace: trace, report: report)

    guard !paths.isEmpty else {
      throw Failures([
        Failure(
          .notFound, "there is no compose file in \(given ?? current) or a directory above it",
          hint: "name one with -f; \(Self.usualNames[0]) is the usual name")
      ])
    }
    let isElsewhere = paths.first { $0 != "-" }.map(RemoteReference.isRemote) ?? false
    do throws(Failure) {
      for index in paths.indices where RemoteReference.isRemote(paths[index]) {
        paths[index] = try remotes.copy(of: paths[index]).file
      }
    } catch { throw Failures([error]) }
    // Their relative paths are about what came with them.
    if isElsewhere, given == nil { self.directory = directory(of: paths) }
  }

  private static func absolute(_ files: [String], in current: String) -> [String] {
    files.map { $0 == "-" || RemoteReference.isRemote($0) ? $0 : Paths.resolve($0, in: current) }
  }

  private static func namedByEnvironment(
    _ environment: [String: String], in current: String
  ) throws(Failures) -> [String] {
    guard let files = environment["COMPOSE_FILE"], !files.isEmpty else { return [] }
    let separator = environment["COMPOSE_PATH_SEPARATOR"].flatMap { $0.isEmpty ? nil : $0 } ?? ":"
    let paths = absolute(split(files, by: separator), in: current)
    for path in paths where path != "-" && !RemoteReference.isRemote(path) && Disk.kind(of: path) == nil {
      throw Failures([
        Failure(
          .notFound, "COMPOSE_FILE names \(path), which does not exist",
          hint: files.contains("://") && separator == ":"
            ? "addresses hold colons: set COMPOSE_PATH_SEPARATOR to something else, `,` say"
            : "correct or unset COMPOSE_FILE")
      ])
    }
    return paths
  }

  private static func split(_ text: String, by separator: String) -> [String] {
    var parts: [String] = []
    var rest = text[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }

  /// The nearest directory upwards that has a compose file; its override file comes along.
  private static func search(from start: String, report: Report) -> [String] {
    var directory = start
    while true {
      let found = candidates(usualNames, in: directory, report: report)
      if let main = found {
        return [main] + [candidates(overrideNames, in: directory, report: report)].compactMap(\.self)
      }
      let parent = Paths.directory(of: directory)
      if parent == directory || directory == "/" { return [] }
      directory = parent
    }
  }

  private static func candidates(_ names: [String], in directory: String, report: Report) -> String? {
    let found = names.map { Paths.join(directory, $0) }.filter { Disk.kind(of: $0) != nil }
    if found.count > 1 {
      report.warn(
        "found \(found.map(Paths.base(of:)).joined(separator: ", ")) in \(directory); using \(Paths.base(of: found[0]))"
      )
    }
    return found.first
  }

  /// Adds the variables of the files that are asked for, or of the directory's `.env`. What is set already wins.
  private static func readEnvironment(
    _ options: LoadOptions, in directory: String, into environment: inout [String: String], trace: LoadTrace?,
    report: Report
  ) throws(Failures) {
    var paths = EnvironmentFile.asked(of: options)
    if paths.isEmpty {
      guard !isDisabled(options.environment) else { return }
      let usual = Paths.join(directory, ".env")
      guard Disk.kind(of: usual) == .file else { return }
      paths = [usual]
    }
    var variables: [String: String] = [:]
    for path in paths {
      trace?.note(variableFile: path, name: Paths.shown(path, from: options.workingDirectory))
      do throws(Failure) {
        try EnvironmentFile.read(path, from: options.workingDirectory, into: &variables, report: report) {
          [environment, variables] in
          environment[$0] ?? variables[$0]
        }
      } catch {
        throw Failures([error.location == nil ? error.about("environment file") : error])
      }
    }
    environment.merge(variables) { old, _ in old }
  }

  /// The variables of `.env`, or of the files in its place, where the options alone say which directory that is in.
  static func settings(_ options: LoadOptions) throws(Failures) -> [String: String] {
    let current = options.workingDirectory
    let given = options.projectDirectory.map { Paths.resolve($0, in: current) }
    let first = options.files.first { $0 != "-" && !RemoteReference.isRemote($0) }
    let directory = given ?? first.map { Paths.directory(of: Paths.resolve($0, in: current)) } ?? current
    var variables: [String: String] = [:]
    try readEnvironment(options, in: directory, into: &variables, trace: nil, report: Report())
    return variables
  }

  /// The folder of the project's first file; the current one where that lies elsewhere. Nothing is fetched.
  static func folder(_ options: LoadOptions) throws(Failures) -> String {
    let current = options.workingDirectory
    var environment = options.environment
    environment.merge(try settings(options)) { old, _ in old }
    var paths = absolute(options.files, in: current)
    if paths.isEmpty { paths = try namedByEnvironment(environment, in: current) }
    if paths.isEmpty {
      let given = options.projectDirectory.map { Paths.resolve($0, in: current) }
      paths = search(from: given ?? current, report: Report())
    }
    guard let first = paths.first(where: { $0 != "-" }), !RemoteReference.isRemote(first) else { return current }
    return Paths.directory(of: first)
  }

  private static func isDisabled(_ environment: [String: String]) -> Bool {
    ["1", "t", "true"].contains(environment["COMPOSE_DISABLE_ENV_FILE"]?.lowercased() ?? "")
  }
}
