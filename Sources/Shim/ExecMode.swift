import Glibc
import Isolation
import Launch
import Linux

/// `davit-shim exec`: runs one program in a container, with the streams that it is sent, and ends as it ends.
enum ExecMode {
  /// What a terminal or another program may send to this process is meant for the program in the container.
  private static let forwarded: SignalSet = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2]

  static func run() -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    Startup.closeAll(but: Descriptors.channel)
    let channel = Descriptor(owning: Descriptors.channel)
    let report = Report(descriptor: channel)
    do throws(LaunchFailure) {
      guard let message = try receive(from: channel) else { return 125 }
      forwarded.block()
      let caller = try? ProcessDescriptor(pid: getppid())
      let started = try start(message)
      if let console = started.console { report.send(.console, passing: console) }
      report.send(.started(pid: started.process.pid, startTime: started.startTime))
      channel.close()
      if message.detached { return 0 }
      return wait(for: started.process, started.console, caller)
    } catch {
      report.send(.failed(error))
      return error.exitStatus
    }
  }

  private static func receive(from channel: Descriptor) throws(LaunchFailure) -> ExecMessage? {
    do {
      guard let bytes = try Startup.receiveMessage(channel, length: ExecMessage.length) else { return nil }
      return try ExecMessage(decoding: bytes)
    } catch { throw LaunchFailure(error) }
  }

  private static func start(_ message: ExecMessage) throws(LaunchFailure) -> StartedProgram {
    guard !message.exec.process.terminal else {
      return try Execution(message.exec).start(.terminal, diesWithParent: !message.detached)
    }
    // A pipe ends when the program lets go of it, not when this process does.
    let streams = (0..<3).map { Descriptor(owning: Descriptors.first + $0) }
    defer { for stream in streams { stream.close() } }
    return try Execution(message.exec).start(
      .descriptors(input: streams[0].raw, output: streams[1].raw, error: streams[2].raw),
      diesWithParent: !message.detached)
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
