import Arguments
import Compose
import Diagnostics
import Engine
import Glibc
import Linux

enum RunCommand {
  static var command: Command {
    var command = Command(
      "run", "Run a one-off command on a service", usage: "[OPTIONS] SERVICE [COMMAND] [ARGS...]",
      flags: [
        .build, .pull, .quietPull, .removeOrphans,
        .list("cap-add", nil, "Add Linux capabilities", placeholder: "list"),
        .list("cap-drop", nil, "Drop Linux capabilities", placeholder: "list"),
        .boolean("detach", "d", "Run container in background and print container ID"),
        .text("entrypoint", nil, "Override the entrypoint of the image"),
        .list("env", "e", "Set environment variables"),
        .list("env-from-file", nil, "Set environment variables from file", values: .files),
        .boolean("interactive", "i", "Keep STDIN open even if not attached", initially: true),
        .list("label", "l", "Add or override a label").aliased("labels"),
        .text("name", nil, "Assign a name to the container"),
        .boolean("no-deps", nil, "Don't start linked services"),
        .boolean("no-tty", "T", "Disable pseudo-TTY allocation. By default a TTY is allocated where there is one.")
          .aliased("no-TTY"),
        .list("publish", "p", "Publish a container's port(s) to the host"),
        .boolean("quiet", "q", "Don't say what is done, only what the command prints"),
        .boolean("quiet-build", nil, "Suppress progress output from the build process").hidden,
        .boolean("rm", nil, "Automatically remove the container when it exits"),
        .boolean("service-ports", "P", "Run command with all service's ports enabled and mapped to the host"),
        .boolean("tty", "t", "Allocate a pseudo-TTY", initially: true).hidden,
        .boolean(
          "use-aliases", nil, "Use the service's network aliases in the network(s) the container connects to"),
        .text("user", "u", "Run as specified username or uid"),
        .list("volume", "v", "Bind mount a volume", values: .files).aliased("volumes"),
        .text("workdir", "w", "Working directory inside the container"),
      ], arity: .atLeast(1), positionals: [.services, .none]
    ) { try run(Invocation($0)) }
    command.stopsAtFirstPositional = true
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    if !arguments.list("publish").isEmpty && arguments.boolean("service-ports") {
      throw Failure(.invalidInput, "--service-ports and --publish are incompatible")
    }
    let service = arguments.positionals[0]
    let tty = !arguments.boolean("detach") && LocalTerminal.wanted(arguments)
    let project = try invocation.project(running: service, tty: tty)
    let engine = try invocation.engine()
    let run = try OneOff(invocation, project, service, engine)
    return try run.run()
  }
}

extension Invocation {
  /// The project with what the flags of `run` change of the service.
  fileprivate func project(running service: String, tty: Bool) throws -> Project {
    let first = try ProjectLoader(options: loadOptions(services: [service])).load()
    let override = RunOverride(
      service: service, arguments: arguments, tty: tty,
      environment: try first.variables(of: arguments.list("env-from-file"), from: workingDirectory)
        .merging(Environment.pairs(arguments.list("env")) { first.environment[$0] }) { $1 })
    let file = try Descriptor.memoryFile("run", Array(try override.text.utf8))
    var options = try loadOptions(services: [service])
    options.files = first.files + [file.procPath]
    options.projectName = first.name
    options.projectDirectory = first.workingDirectory
    var loaded: LoadedProject
    do { loaded = try ProjectLoader(options: options).load() } catch {
      // Nobody wrote that file; what it says came from flags.
      throw Failures(
        error.all.map { failure in
          var failure = failure
          if failure.location?.file == file.procPath { failure.location = nil }
          return failure
        })
    }
    loaded.files = first.files
    var project = try Project(loaded)
    warn(project.warnings)
    // What the flags add the file may drop, and the other way round.
    let (added, dropped) = (arguments.list("cap-add"), arguments.list("cap-drop"))
    for index in project.services.indices where project.services[index].name == service {
      project.services[index].workload.container.capabilitiesDropped.removeAll(where: added.contains)
      project.services[index].workload.container.capabilitiesAdded.removeAll {
        dropped.contains($0) && !added.contains($0)
      }
    }
    return project
  }
}
