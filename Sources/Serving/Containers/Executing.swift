import Diagnostics
import Engine
import EngineAPI
import Linux
import Presentation

extension API {
  func createExec(_ x: Exchange, _ r: Exchange.Route) throws {
    let body = try x.decode(ExecBody.self)
    let view = try engine.container(r.name)
    guard view.isRunning else { throw APIError.conflict("container \(view.id) is not running") }
    guard view.state != .paused else {
      throw APIError.conflict("container \(view.id) is paused, unpause the container before exec")
    }
    guard let command = body.command, !command.isEmpty else { throw APIError.badRequest("No exec command specified") }
    var request = ExecRequest(command: command)
    for entry in body.environment ?? [] {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      request.environment[parts[0]] = parts.count > 1 ? parts[1] : ""
    }
    request.user = body.user.flatMap { $0.isEmpty ? nil : $0 }
    request.workingDirectory = body.workingDirectory.flatMap { $0.isEmpty ? nil : $0 }
    request.privileged = body.privileged ?? false
    request.tty = body.tty ?? false
    request.streams.detachKeys = try DetachKeysText.parse(body.detachKeys.flatMap { $0.isEmpty ? nil : $0 })
    let instance = try ExecInstance(
      RandomID.hexadecimal(), view.id, request,
      attaches: (body.attachInput ?? false, body.attachOutput ?? false, body.attachError ?? false),
      size: Self.size(body.consoleSize))
    execs.add(instance)
    note("exec_create", instance, view)
    x.respond(201, .object(["Id": .string(instance.id)]))
  }

  private static func size(_ sides: [UInt16]?) -> WindowSize? {
    guard let sides, sides.count == 2, sides[0] > 0, sides[1] > 0 else { return nil }
    return WindowSize(rows: sides[0], columns: sides[1])
  }

  private func note(_ action: String, _ instance: ExecInstance, _ view: ContainerView) {
    engine.note(
      Event(
        .container, "\(action): \(instance.request.command.joined(separator: " "))", id: view.id,
        attributes: view.record.spec.labels.merging(
          ["image": view.record.spec.image, "name": view.name, "execID": instance.id]
        ) { $1 }))
  }

  func startExec(_ x: Exchange, _ r: Exchange.Route) throws {
    let body = try x.decode(ExecStartBody.self, allowsEmpty: true)
    let instance = try execs.find(r.name)
    let view = try engine.container(instance.container)
    guard view.isRunning else { throw APIError.conflict("container \(view.id) is not running") }
    let isFirst = instance.state.withLock { state in
      defer { state.isStarted = true }
      return !state.isStarted
    }
    guard isFirst else { throw APIError.conflict("exec command \(instance.id) is already running") }
    if let size = Self.size(body.consoleSize) { instance.terminal.resize(size) }
    note("exec_start", instance, view)
    if body.detach ?? false {
      try runDetached(instance)
      return x.respond(200)
    }
    try runAttached(instance, x, r, framing: body.tty ?? false ? .raw : .multiplexed)
  }

  /// Returns when it runs.
  private func runDetached(_ instance: ExecInstance) throws {
    let null = try Descriptor.open("/dev/null", .readWrite)
    let started = EarlyResult()
    _ = try Thread.spawn { [engine] in
      var request = instance.request
      request.streams = StandardStreams(input: null.raw)
      request.streams.output = null.raw
      request.streams.error = null.raw
      // With a terminal, its other end is nobody's.
      request.streams.remoteTerminal = instance.terminal
      do {
        let code = try engine.exec(instance.container, request) { pid in
          instance.hasStarted(pid)
          started.set(.success(()))
        }
        instance.hasEnded(code)
      } catch {
        instance.hasEnded(Failure(error).exitStatus ?? 1)
        started.set(.failure(error))
      }
      null.close()
    }
    do { try started.get() } catch {
      guard let failure = error as? Failure, failure.exitStatus != nil else { throw error }
      throw APIError.badRequest("OCI runtime exec failed: \(ProgramError.text(failure)): unknown")
    }
  }

  /// - Parameter framing: what the request to start it says of a terminal, whatever the program has.
  private func runAttached(
    _ instance: ExecInstance, _ x: Exchange, _ r: Exchange.Route, framing: Streaming.Framing
  ) throws {
    let tty = instance.request.tty
    let connection = try x.takeOver(Handshake.head(x, tty: framing == .raw, version: r.version))
    var request = instance.request
    // The program goes on when its client goes.
    let streaming = try Streaming(
      connection, framing, takesInput: instance.attaches.input, detachKeys: tty ? request.streams.detachKeys : [],
      outlivesClient: true)
    request.streams = streaming.streams
    let null = try Descriptor.open("/dev/null", .readWrite)
    if !instance.attaches.output, !tty { request.streams.output = null.raw }
    if !instance.attaches.error, !tty { request.streams.error = null.raw }
    if tty {
      request.streams.remoteTerminal = instance.terminal
      request.streams.resized = instance.terminal.descriptor.raw
    }
    do {
      instance.hasEnded(try engine.exec(instance.container, request, started: instance.hasStarted))
      streaming.finish()
    } catch {
      let failure = Failure(error)
      instance.hasEnded(failure.exitStatus ?? 1)
      streaming.finish("OCI runtime exec failed: \(ProgramError.text(failure)): unknown\r\n")
    }
    withExtendedLifetime(null) {}
  }

  func resizeExec(_ x: Exchange, _ r: Exchange.Route) throws {
    let size = try Self.windowSize(r.query)
    let instance = try execs.find(r.name)
    instance.terminal.resize(size)
    x.respond(200)
  }

  func inspectExec(_ x: Exchange, _ r: Exchange.Route) throws {
    let instance = try execs.find(r.name)
    let state = instance.state.withLock { $0 }
    let request = instance.request
    x.respond(
      200,
      .object([
        "ID": .string(instance.id), "Running": .boolean(state.isRunning),
        "ExitCode": state.exitCode.map { .integer(Int64($0)) } ?? .null,
        "ProcessConfig": .object([
          "tty": .boolean(request.tty), "entrypoint": .string(request.command[0]),
          "arguments": Array(request.command.dropFirst()).json, "privileged": .boolean(request.privileged),
          "user": .string(request.user ?? ""), "workingDir": .string(request.workingDirectory ?? ""),
          "env": request.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.json,
        ]),
        "OpenStdin": .boolean(instance.attaches.input), "OpenStderr": .boolean(instance.attaches.error),
        "OpenStdout": .boolean(instance.attaches.output), "CanRemove": .boolean(state.ended != nil),
        "ContainerID": .string(instance.container), "DetachKeys": "", "Pid": .integer(Int64(state.pid)),
      ]))
  }
}
