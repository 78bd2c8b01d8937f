import Glibc
import Isolation
import Launch
import Linux

/// `davit-shim exec`: runs one program in a container, with this process' standard streams, and ends as it ends.
enum ExecMode {
  /// What a terminal or another program may send to this process is meant for the program in the container.
  private static let forwarded: SignalSet = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2]

  static func run() -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    let report = Report(descriptor: Descriptor(owning: Descriptors.report))
    do throws(LaunchFailure) {
      guard let message = try readMessage() else { return 125 }
      Startup.closeAll(but: [Descriptors.report])
      forwarded.block()
      let caller = try? ProcessDescriptor(pid: getppid())
      let started = try start(message)
      if let console = started.console { report.send(.console, passing: console) }
      report.send(.started(pid: started.process.pid, startTime: started.startTime))
      report.descriptor.close()
      if message.detached { return 0 }
      letGoOfStreams()
      return wait(for: started.process, started.console, caller)
    } catch {
      report.send(.failed(error))
      return error.exitStatus
    }
  }

  private static func readMessage() throws(LaunchFailure) -> ExecMessage? {
    let source = Descriptor(owning: Descriptors.message)
    do {
      guard let bytes = try Startup.readMessage(source, length: ExecMessage.length) else { return nil }
      return try ExecMessage(decoding: bytes)
    } catch { throw LaunchFailure(error) }
  }

  private static func start(_ message: ExecMessage) throws(LaunchFailure) -> StartedProgram {
    let streams: ProgramStreams =
      message.exec.process.terminal ? .terminal : .descriptors(input: 0, output: 1, error: 2)
    return try Execution(message.exec).start(streams, diesWithParent: !message.detached)
  }

  /// A pipe ends when the program lets go of it, not when this process does.
  private static func letGoOfStreams() {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    for stream: Int32 in 0...2 { dup2(null, stream) }
  }

  /// - Parameters:
  ///   - console: kept, so that a program whose caller detached from it keeps its terminal.
  ///   - caller: davit.
  private static func wait(for process: ProcessDescriptor, _ console: Descriptor?, _ caller: ProcessDescriptor?)
    -> Int32
  {
    let signals = try? SignalDescriptor(forwarded)
    var isAlone = false
    while true {
      // What is said when nobody listens any more is read all the same, or the program would wait for ever.
      let other = isAlone ? console : console == nil ? nil : caller?.descriptor
      let watched = [process.descriptor] + [signals?.descriptor, other].compactMap { $0 }
      guard let index = poll(watched) else { continue }
      if index == 0 { return (try? ChildStatus.reap(process.pid)) ?? 125 }
      while let arrival = signals?.next() {
        // The kernel hangs up on a session whose first process ends, a moment before that can be seen: who detaches leaves
        // the program running.
        if arrival.signal == SIGHUP, console != nil, caller?.waitForEnd(timeout: 100_000_000) ?? false { continue }
        _ = try? process.send(signal: arrival.signal)
      }
      guard let other, watched[index] === other else { continue }
      if isAlone, (try? other.read(upTo: 4096))?.isEmpty ?? true {
        return (try? ChildStatus.reap(process.pid)) ?? 125
      }
      isAlone = true
    }
  }
}
