import Arguments
import Diagnostics
import Glibc
import Linux

enum GenerateCommands {
  static var group: Command { .group("generate", "Write files for other programs", [systemd]) }

  private static var systemd: Command {
    var command = Command(
      "systemd", "Write a systemd unit that brings a project up at boot and stops it at shutdown",
      usage: "[OPTIONS] [PROJECT]",
      flags: [
        .boolean("files", nil, "Write the unit into a file in the working directory and print its path"),
        .text("name", "n", "Name of the unit without .service (default: davit-<project>)"),
        .boolean("wait", nil, "The unit is active only when all services are running and healthy"),
        .integer("time", "t", "Seconds that stopping may take (default: each container's own grace period)"),
        .list("after", nil, "Start after these units", placeholder: "unit"),
        .list("requires", nil, "Start only with these units", placeholder: "unit"),
      ], arity: 0...1
    ) { try run(Invocation($0)) }
    command.details = """
      The unit runs `davit up -d` with the project's files, so it follows the files, not what ran before the reboot: for that
      there is `davit resume`. Containers do not belong to the unit: they survive `systemctl restart` of others and of davit.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let project = try invocation.project()
    if let name = arguments.positionals.first, name != project.name {
      throw Failure(
        .notFound, "the files here are those of project \(project.name)", subject: "project \(name)",
        hint: "change into its folder, or name its files with -f")
    }
    let unit = SystemdUnit(
      project: project.name, directory: project.workingDirectory, files: project.files,
      envFiles: try arguments.list("env-file").map { try invocation.absolute($0) }, profiles: arguments.list("profile"),
      program: Self.program, wait: arguments.boolean("wait"), time: arguments.integer("time"),
      environment: Self.environment, after: arguments.list("after"), requires: arguments.list("requires"))
    let text = try unit.text()
    guard arguments.boolean("files") else {
      Output.standard.write(text)
      return ExitStatus.success
    }
    let path = try "\(invocation.workingDirectory)/\(arguments.text("name") ?? "davit-\(project.name)").service"
    do { try writeAtomically(Array(text.utf8), to: path) } catch { throw error.failure }
    Output.standard.print(path)
    return ExitStatus.success
  }

  /// The unit's program finds the same folders as the one that writes the unit.
  private static var environment: [String] {
    let names = ["DAVIT_ROOT", "DAVIT_RUN", "DAVIT_CGROUP_PARENT", "DAVIT_SHIM"]
    return names.compactMap { (name: String) in getenv(name).map { "\(name)=\(String(cString: $0))" } }
  }

  private static var program: String { (try? readLink("/proc/self/exe")) ?? "/usr/local/bin/davit" }
}

extension Invocation {
  func absolute(_ path: String) throws -> String {
    path.hasPrefix("/") ? path : "\(try workingDirectory)/\(path)"
  }
}
