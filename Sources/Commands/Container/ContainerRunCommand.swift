import Arguments
import Diagnostics
import Engine
import Glibc
import Images
import Linux
import Spec

/// `davit run IMAGE`, as `docker run`, and `davit create IMAGE`.
enum ContainerRunCommand {
  static var command: Command {
    var command = Command(
      "run", "Create and run a new container from an image", usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
      flags: CreationFlags.all + [
        .boolean("detach", "d", "Run container in background and print container ID"), .detachKeys,
        .boolean("sig-proxy", nil, "Proxy received signals to the process", initially: true),
      ], arity: .atLeast(1), positionals: [.images, .commandLine]
    ) { arguments in try withEngineStatus { try run(Invocation(arguments)) } }
    command.stopsAtFirstPositional = true
    command.usageStatus = ExitStatus.engine
    return command
  }

  static var create: Command {
    var command = Command(
      "create", "Create a new container", usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]", flags: CreationFlags.all,
      arity: .atLeast(1), positionals: [.images, .commandLine]
    ) { arguments in
      let invocation = Invocation(arguments)
      let engine = try invocation.engine()
      let id = try make(invocation, engine) { $0.stdinOnce = $0.stdinOpen }
      try engine.flush()
      Output.standard.print(id)
      return ExitStatus.success
    }
    command.stopsAtFirstPositional = true
    command.usageStatus = ExitStatus.engine
    return command
  }

  /// What goes wrong before the program runs has a status of its own, so that it is not taken for the program's.
  static func withEngineStatus(_ body: () throws -> Int32) throws -> Int32 {
    do { return try body() } catch var failure as Failure {
      failure.exitStatus = failure.exitStatus ?? ExitStatus.engine
      throw failure
    }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let streams = try Streams(arguments)
    if arguments.boolean("detach"), !arguments.list("attach").isEmpty {
      throw Failure(.invalidInput, "conflicting options: cannot specify both --attach and --detach")
    }
    if !arguments.boolean("detach"), streams.input, arguments.boolean("tty"), isatty(0) != 1 {
      throw Failure(.invalidInput, "the input device is not a TTY", exitStatus: ExitStatus.failure)
    }
    var keys = AttachRequest().streams.detachKeys
    if let text = arguments.given("detach-keys") { keys = try DetachKeys.parse(text) }
    let engine = try invocation.engine()
    let id = try make(invocation, engine) { spec in
      spec.stdinOnce = spec.stdinOpen && !arguments.boolean("detach")
      engine.expectStart(of: spec)
    }
    let removes = arguments.boolean("rm")
    do {
      guard !arguments.boolean("detach") else {
        try engine.start(id)
        try engine.flush()
        Output.standard.print(id)
        return ExitStatus.success
      }
      var request = AttachRequest()
      if streams.input { request.streams.input = 0 }
      (request.standardOutput, request.standardError) = (streams.output, streams.error)
      request.streams.detachKeys = keys
      request.removes = removes
      let end = try Attachment(engine: engine, container: engine.container(id), request: request, starts: true)
        .run(proxiesSignals: arguments.boolean("sig-proxy"))
      // Whoever left it while it runs finds it again, and its shim has it removed at its end.
      if removes, end != .detached { try? engine.remove(id, force: true, volumes: true) }
      return end.exitStatus
    } catch {
      if removes { try? engine.remove(id, force: true, volumes: true) }
      throw error
    }
  }

  /// - Returns: the id of the new container.
  private static func make(_ invocation: Invocation, _ engine: Engine, _ change: (inout ContainerSpec) -> Void) throws
    -> String
  {
    let arguments = invocation.arguments
    try invocation.refuseContentTrust()
    var requested = try RequestedContainer(invocation)
    change(&requested.spec)
    let cidFile = try arguments.given("cidfile").map { try IDFile($0) }
    let image = try invocation.image(
      requested.spec.image, platform: requested.spec.platform, policy: requested.spec.pullPolicy ?? "missing", engine)
    if arguments.boolean("publish-all") { requested.publishAll(image.execution.exposedPorts) }
    requested.spec.imageID = image.id.description
    for volume in requested.volumes where (try? engine.volume(volume.name)) == nil {
      _ = try engine.createVolume(volume)
    }
    let (id, warnings) = try engine.create(requested.spec)
    invocation.warn(warnings)
    try cidFile?.write(id)
    return id
  }
}

/// Which streams a person is connected to.
private struct Streams {
  var input: Bool
  var output = true
  var error = true

  init(_ arguments: ParsedArguments) throws(Failure) {
    let asked = arguments.list("attach").map { $0.lowercased() }
    input = arguments.boolean("interactive")
    guard !asked.isEmpty else { return }
    for stream in asked where !["stdin", "stdout", "stderr"].contains(stream) {
      throw arguments.invalid(
        "attach", "invalid argument \"\(stream)\": valid streams are STDIN, STDOUT and STDERR")
    }
    input = asked.contains("stdin") && input
    (output, error) = (asked.contains("stdout"), asked.contains("stderr"))
  }
}

/// `--cidfile`: made before the container, so that two commands never share one.
private struct IDFile {
  private let file: Descriptor

  init(_ path: String) throws(Failure) {
    do { file = try Descriptor.open(path, [.writeOnly, .create, .exclusive], mode: 0o644) } catch {
      guard error.errno == EEXIST else { throw error.failure.about("--cidfile") }
      throw Failure(
        .conflict, "container ID file found, make sure the other container isn't running or delete \(path)",
        exitStatus: ExitStatus.engine)
    }
  }

  func write(_ id: String) throws { try file.writeAll(id) }
}

extension Flag {
  static let detachKeys = Flag.text("detach-keys", nil, "Override the key sequence for detaching a container")
}
