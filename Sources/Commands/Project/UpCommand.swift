import Arguments
import Diagnostics
import Planning
import Reconciling

enum UpCommand {
  static var command: Command {
    Command(
      "up", "Create and start containers", usage: "[OPTIONS] [SERVICE...]", flags: Invocation.convergence + own,
      arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static let own: [Flag] = [
    .boolean(
      "abort-on-container-exit", nil, "Stops all containers if any container was stopped. Incompatible with -d"),
    .boolean(
      "abort-on-container-failure", nil,
      "Stops all containers if any container exited with failure. Incompatible with -d"),
    .list(
      "attach", nil, "Restrict attaching to the specified services. Incompatible with --attach-dependencies.",
      values: .services),
    .boolean("attach-dependencies", nil, "Automatically attach to log output of dependent services"),
    .boolean("detach", "d", "Detached mode: Run containers in the background"),
    .text(
      "exit-code-from", nil,
      "Return the exit code of the selected service container. Implies --abort-on-container-exit", values: .services),
    .keep,
    .boolean(
      "menu", nil,
      "Enable interactive shortcuts when running attached. Incompatible with --detach. "
        + "Can also be enable/disable by setting COMPOSE_MENU environment var."),
    .list("no-attach", nil, "Do not attach (stream logs) to the specified services", values: .services),
    .boolean("no-color", nil, "Produce monochrome output"),
    .boolean("no-log-prefix", nil, "Don't print prefix in logs"),
    .boolean("no-start", nil, "Don't start the services after creating them"),
    .boolean("quiet-build", nil, "Suppress the build output").hidden,
    .boolean("timestamps", nil, "Show timestamps"),
    .boolean("wait", nil, "Wait for services to be running|healthy. Implies detached mode."),
    .integer("wait-timeout", nil, "Maximum duration in seconds to wait for the project to be running|healthy"),
    .boolean("watch", "w", "Watch source code and rebuild/refresh containers when files are updated."),
  ]

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    try check(arguments)
    var options = try invocation.upOptions(scale: invocation.scale())
    options.noStart = arguments.boolean("no-start")
    options.wait = arguments.boolean("wait")
    if arguments.boolean("watch"), arguments.boolean("no-start") {
      throw Failure(.invalidInput, "--watch cannot be combined with --no-start")
    }
    if arguments.boolean("watch"), arguments.boolean("no-build") {
      throw Failure(.invalidInput, "--no-build and --watch are incompatible")
    }
    let isDetached = arguments.boolean("detach") || options.wait || options.noStart
    if isDetached { return try invocation.converge(options, services: options.services) }
    if invocation.isRehearsal {
      options.rerunCompleted = true
      let status = try invocation.converge(options, services: options.services)
      Output.standard.print("end of 'compose up' output, interactive run is not supported in dry-run mode")
      return status
    }
    // Who watches wants to see the program run, not that it ran.
    options.rerunCompleted = true
    return try AttachedUp(invocation, options).run()
  }

  /// Combinations that make no sense, as docker compose refuses them.
  private static func check(_ arguments: ParsedArguments) throws {
    let attached = [
      "abort-on-container-exit", "abort-on-container-failure", "attach", "attach-dependencies", "exit-code-from",
      "watch", "menu",
    ].filter { arguments.isGiven($0) && !(arguments.text($0) == "false") }
    for mode in ["wait", "detach"] where arguments.boolean(mode) {
      if let flag = attached.first { throw Failure(.invalidInput, "--\(mode) cannot be combined with --\(flag)") }
    }
    if arguments.boolean("abort-on-container-exit") && arguments.boolean("abort-on-container-failure") {
      throw Failure(
        .invalidInput, "--abort-on-container-failure cannot be combined with --abort-on-container-exit")
    }
    if arguments.boolean("attach-dependencies") && !arguments.list("attach").isEmpty {
      throw Failure(.invalidInput, "cannot combine --attach and --attach-dependencies")
    }
  }
}
