import Diagnostics
import Glibc
import Launch
import Linux
import Runtime
import Spec

extension Engine {
  /// Runs a program in a running container and waits for its end.
  /// - Parameter started: hears the program's number on the host once it runs.
  /// - Returns: its exit status; 0 at once where it is detached.
  public func exec(
    _ id: String, _ request: ExecRequest, cancellation: Cancellation? = nil, started: (Int32) -> Void = { _ in }
  ) throws -> Int32 {
    try host.requirePrivileges()
    let record = try record(id)
    do {
      guard case .alive(let state) = LiveState.of(host.container(record.id)), state.pid > 0 else {
        throw Failure(.conflict, "is not running")
      }
      guard state.status != .paused else { throw Failure(.conflict, "is paused", hint: "`unpause` it first") }
      // It starts while the rest is found out.
      let shim = try runtime.waitingExecShim()
      let message: ExecMessage
      do {
        let effective = try EffectiveSpec(
          record, image: execution(for: record.spec), sharedHostname: sharedHostname(record.spec))
        message = try runtime.execution(
          process(request, effective, groups: record.spec.groups),
          in: LaunchedContainer(pid: state.pid, startTime: state.startTime),
          of: record.spec, id: record.id, privileged: request.privileged || record.spec.privileged,
          detached: request.detach)
      } catch {
        shim.dismiss()
        throw error
      }
      let exec = ["execID": Identifier.random()]
      let words = request.command.joined(separator: " ")
      note("exec_create: \(words)", record, exec)
      note("exec_start: \(words)", record, exec)
      let status = try run(message, by: shim, request, cancellation, started)
      if !request.detach { note("exec_die", record, exec.merging(["exitCode": "\(status)"]) { $1 }) }
      return status
    } catch {
      throw Failure(error).of(container: record.name)
    }
  }

  private func process(_ request: ExecRequest, _ effective: EffectiveSpec, groups: [String]) throws(Failure)
    -> ProcessLaunch
  {
    guard !request.command.isEmpty else { throw Failure(.invalidInput, "no program is named") }
    var process = ProcessLaunch()
    process.arguments = request.command
    var environment = effective.environment
    func set(_ name: String, _ value: String) {
      environment.removeAll { $0.hasPrefix("\(name)=") }
      environment.append("\(name)=\(value)")
    }
    if request.tty { set("TERM", "xterm") }
    for (name, value) in request.environment.sorted(by: { $0.key < $1.key }) { set(name, value) }
    process.environment = environment
    process.workingDirectory = request.workingDirectory ?? effective.workingDirectory
    process.user = request.user ?? effective.user
    process.groups = groups
    process.terminal = request.tty
    if request.tty, let size = request.streams.windowSize {
      (process.rows, process.columns) = (size.rows, size.columns)
    }
    return process
  }

  private func run(
    _ message: ExecMessage, by shim: WaitingShim, _ request: ExecRequest, _ cancellation: Cancellation?,
    _ started: (Int32) -> Void
  ) throws -> Int32 {
    let streams = request.streams
    let program = try runtime.execute(
      message, by: shim, streams: request.tty ? [] : streams.descriptors(connected: !request.detach))
    started(program.program.pid)
    if request.detach {
      _ = try program.wait()
      return 0
    }
    if let console = program.console, try streams.relay(console, cancellation) { return 0 }
    return try program.wait()
  }
}

extension StandardStreams {
  /// Input, output and error as a program gets them, /dev/null for those that are not connected.
  fileprivate func descriptors(connected: Bool) throws -> [Descriptor] {
    let null = try Descriptor.open("/dev/null", .readWrite)
    let numbers = connected ? [input, output, error] : [nil, nil, nil]
    return try numbers.map { number in
      guard let number else { return null }
      // The number stays the caller's.
      let descriptor = Descriptor(owning: number)
      defer { _ = descriptor.release() }
      return try descriptor.duplicate()
    }
  }

  /// Moves bytes between the caller's terminal and that of a program until the program has let go of its own.
  /// - Returns: whether it ended because the detach keys were typed.
  fileprivate func relay(_ console: Descriptor, _ cancellation: Cancellation?) throws -> Bool {
    var keys = DetachKeys(detachKeys)
    let input = self.input.map { Descriptor(owning: $0) }
    let resized = self.resized.map { Descriptor(owning: $0) }
    // Both are the caller's and stay open.
    defer {
      _ = input?.release()
      _ = resized?.release()
    }
    var inputIsOpen = input != nil
    while true {
      try cancellation?.check()
      var waited = [console]
      if let input, inputIsOpen { waited.append(input) }
      if let resized { waited.append(resized) }
      if let cancellation { waited.append(cancellation.descriptor) }
      guard let index = poll(waited) else { continue }
      if index == 0 {
        // EIO: the last program that had the terminal open is gone.
        guard let bytes = try? console.read(upTo: 32 << 10), !bytes.isEmpty else { return false }
        try write(bytes, to: .stdout)
      } else if let input, waited[index] === input {
        let bytes = try input.read(upTo: 32 << 10)
        // Ctrl-D is what says on a terminal that the input has ended.
        if bytes.isEmpty { inputIsOpen = false }
        let (passed, isDetached) = keys.filter(bytes.isEmpty ? [4] : bytes)
        if !passed.isEmpty { try console.writeAll(passed) }
        if isDetached { return true }
      } else if let resized, waited[index] === resized {
        _ = try resized.read(upTo: 4096)
        if let size = windowSize { try? console.setWindowSize(size) }
      }
    }
  }
}
