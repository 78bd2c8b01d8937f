import Arguments
import Compose
import Diagnostics
import Linux
import Locking
import Presentation

/// `davit lock`: writes down what a project stands on, exactly.
enum LockCommand {
  static var command: Command {
    var command = Command(
      "lock", "Write davit.lock: the digests of images, builds and remote files that the project stands on",
      usage: "[OPTIONS] [SERVICE...]",
      flags: [
        .boolean("check", nil, "Write nothing; say what is not as locked. The exit status is 2 when something is not"),
        .text(
          "format", nil, "Format of what --check prints. Values: [text | json]", initially: "text",
          values: .words(["text", "json"])),
        .boolean("offline", nil, "Ask neither registries nor repositories; take images as they are on this machine"),
        .boolean("update", nil, "Look up again what is locked already: of all services, or of the named ones"),
      ], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
    command.details = """
      Without flags it adds what is not locked yet and removes what the project no longer has; what is locked stays.
      `davit up --locked` then runs exactly that. Services of all profiles are locked.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let (checks, updates) = (arguments.boolean("check"), arguments.boolean("update"))
    let format = arguments.text("format") ?? "text"
    guard ["text", "json"].contains(format) else {
      throw Failure(.invalidInput, "unsupported format: \(format)", subject: "--format", hint: "use text or json")
    }
    if checks, updates { throw Failure(.invalidInput, "--check and --update are incompatible") }
    if !updates, !arguments.positionals.isEmpty {
      throw Failure(.invalidInput, "services are named with --update only", subject: arguments.positionals[0])
    }
    let path = try invocation.lockPath()
    let old = checks || FileStatus.exists(path) ? try LockPins.read(path).lock : LockFile()
    let renewsAll = checks || updates && arguments.positionals.isEmpty
    let project = try project(invocation, pinned: renewsAll && !arguments.boolean("offline") ? [:] : old.remotes)
    try Scope(name: project.name, project: project).check(arguments.positionals)
    var collection = LockCollection(
      invocation: invocation, project: project, engine: try invocation.engine(), path: path)
    collection.isOffline = arguments.boolean("offline")
    collection.old = old
    collection.renewed = renewsAll ? nil : Set(arguments.positionals)
    let (found, warnings) = try collection.collect()
    for warning in warnings where !checks { invocation.warn(warning) }
    let differences = old.differences(from: found)
    if checks { return tell(differences, format, path) }
    if !FileStatus.exists(path) || old != found, !arguments.boolean("dry-run") {
      do throws(SystemError) { try writeAtomically(Array(found.text.utf8), to: path, mode: 0o644) } catch {
        throw Failure(error)
      }
    }
    for difference in differences {
      Output.error.print(
        difference.change == .missing
          ? "\(difference.kind.rawValue) \(difference.name): locked"
          : difference.change == .surplus
            ? "\(difference.kind.rawValue) \(difference.name): no longer locked" : "\(difference)")
    }
    if arguments.boolean("dry-run") { return ExitStatus.success }
    Output.standard.print(
      "\(path): \(found.images.count) images, \(found.builds.count) builds, \(found.remotes.count) remote files")
    return ExitStatus.success
  }

  private static func project(_ invocation: Invocation, pinned: [String: String]) throws -> Project {
    var options = try invocation.loadOptions()
    options.profiles = ["*"]
    options.resolvesEnvironment = false
    options.fetch = invocation.fetch(pinned: pinned)
    let project = try Project(try ProjectLoader(options: options).load())
    invocation.warn(project.warnings)
    return project
  }

  private static func tell(_ differences: [LockDifference], _ format: String, _ path: String) -> Int32 {
    if format == "json" {
      let rows = differences.map { difference in
        JSONValue.object([
          "kind": .string(difference.kind.rawValue), "name": .string(difference.name),
          "change": .string(difference.change.rawValue), "field": .string(difference.field),
          "locked": difference.locked.map { .string($0) } ?? .null,
          "found": difference.found.map { .string($0) } ?? .null,
        ])
      }
      Output.standard.print(JSONValue.object(["lock": .string(path), "differences": .array(rows)]).compact)
    } else if differences.isEmpty {
      Output.standard.print("\(path): everything is as locked")
    } else {
      for difference in differences { Output.standard.print("\(difference)") }
    }
    return differences.isEmpty ? ExitStatus.success : ExitStatus.changes
  }
}
