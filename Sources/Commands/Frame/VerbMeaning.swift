import Arguments
import Compose
import Engine
import Glibc
import Linux

/// What a verb means that docker has for single objects and docker compose for projects. `davit compose X` is always the
/// project's, `davit container X` always the single object's; of the bare verb the place where one stands decides:
///
/// 1. Flags of a project before the verb, or COMPOSE_FILE or COMPOSE_PROJECT_NAME: the project's.
/// 2. There is a project here, the line makes sense for it, and the first name, where there is one, is a service of it: the
///    project's.
/// 3. Otherwise: the single object's.
///
/// Numbers of generations and files after `history` and `diff` are the project's wherever one stands.
enum VerbMeaning: Sendable {
  case project, single

  /// Docker's unless nothing is named and a project is here.
  static let mostlySingle: Set<String> = ["build", "pull", "push"]

  /// What stands before the verb, and the verb with what follows; `nil` where that cannot be understood.
  static func head(of words: [String]) -> ParsedArguments? {
    var head = Command("davit", "", flags: CommandTable.rootFlags, arity: .atLeast(0))
    head.stopsAtFirstPositional = true
    return try? head.parse(words)
  }

  static func of(_ line: ParsedArguments?) -> VerbMeaning {
    guard let line, let verb = line.positionals.first else { return .single }
    // One answer, wherever one stands.
    if verb == "version" { return .single }
    let isMostlySingle = mostlySingle.contains(verb)
    guard let (project, single) = CommandTable.meanings(of: verb) else { return .single }
    if projectFlags.contains(where: line.isGiven) { return .project }
    if isAboutStates(verb, Array(line.positionals.dropFirst()), project, single) { return .project }
    let invocation = Invocation(line)
    let isNamed =
      invocation.variable("COMPOSE_FILE") != nil || invocation.variable("COMPOSE_PROJECT_NAME") != nil
    if isNamed, !isMostlySingle { return .project }
    guard let options = try? invocation.loadOptions() else { return .single }
    let presence = ProjectPresence(options)
    guard isNamed || !presence.files.isEmpty else { return .single }
    let rest = Array(line.positionals.dropFirst())
    guard let parsed = try? project.parse(rest) else {
      // Neither may make sense of it: then it is the project's to say so.
      return (try? single.parse(rest)) == nil ? .project : .single
    }
    guard let name = parsed.positionals.lazy.compactMap({ serviceName($0, verb) }).first else { return .project }
    if verb == "diff", DiffCommand.isState(name) { return .project }
    return !isMostlySingle && isService(name, presence, options) ? .project : .single
  }

  /// Flags that say which project is meant. Others before the verb are about how things are shown.
  private static let projectFlags = [
    "all-resources", "compatibility", "dry-run", "env-file", "file", "parallel", "profile", "project-directory",
    "project-name",
  ]

  /// `history 3`, `diff 1 2`, `diff running`, `diff a.yaml`: generations and files are never a container or an image.
  private static func isAboutStates(_ verb: String, _ words: [String], _ project: Command, _ single: Command) -> Bool {
    guard ["diff", "history"].contains(verb), let parsed = try? project.parse(words) else { return false }
    if !parsed.positionals.isEmpty, (try? single.parse(words)) == nil { return true }
    return parsed.positionals.contains { word in
      Int(word) != nil || verb == "diff" && (["running", "file"].contains(word) || FileStatus.exists(word))
    }
  }

  /// Of `cp` only the side that is no local path names a service.
  private static func serviceName(_ word: String, _ verb: String) -> String? {
    guard verb == "cp" else { return word }
    guard case .container(let name, _) = CopyEnd(word) else { return nil }
    return name
  }

  /// Looks into the files only as far as it must: reading a project takes milliseconds.
  private static func isService(_ name: String, _ presence: ProjectPresence, _ options: LoadOptions) -> Bool {
    guard presence.mayMention(name) else { return false }
    var options = options
    options.resolvesEnvironment = false
    // A project that cannot be read is the one that is meant: the person should hear what is wrong with it.
    guard let loaded = try? ProjectLoader(options: options).load() else { return true }
    return loaded.serviceNames.contains(name)
  }
}

extension Program {
  /// The help of a verb with two meanings tells both.
  static func help(of parsed: ParsedArguments) -> String {
    let verb = parsed.command.name
    guard parsed.path.count == 2, parsed.path[0].name == "davit", CommandTable.meanings(of: verb) != nil,
      let project = try? CommandTable.root(named: "davit", meaning: .project).parse([verb, "--help"]),
      let single = try? CommandTable.root(named: "davit", meaning: .single).parse([verb, "--help"])
    else { return parsed.help }
    return """
      \(single.help)
      Where a project is (always: `davit compose \(verb)`; never: `davit container \(verb)` and its like):

      \(project.help)
      """
  }
}
