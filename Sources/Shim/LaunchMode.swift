import Glibc
import Launch
import Linux

/// `davit-shim`: looks after one container from its start to its end.
enum LaunchMode {
  static func run() -> Int32 {
    do { guard try Startup.detach() else { return 0 } } catch {
      Report(descriptor: Descriptor(owning: Descriptors.channel)).send(.failed(LaunchFailure(error)))
      return 125
    }
    Startup.closeAll(but: Descriptors.channel)
    Startup.standAlone()
    let channel = Descriptor(owning: Descriptors.channel)
    let report = Report(descriptor: channel)
    do throws(LaunchFailure) {
      guard let message = try receive(from: channel) else { return 125 }
      Startup.show(message.container.id)
      Startup.join(message.ownCgroups)
      let lock = try lock(message.paths.lock)
      defer { lock?.unlock() }
      // Davit says nothing more: what can be read is its end. Nobody waits for the container any more.
      if poll([channel], timeout: 0) != nil { return 125 }
      let supervisor = try begin(message)
      report.send(.started(pid: supervisor.record.pid, startTime: supervisor.record.startTime))
      channel.close()
      supervisor.settleSoon()
      supervisor.run()
      return 0
    } catch {
      report.send(.failed(error))
      return error.exitStatus
    }
  }

  /// - Returns: `nil` when davit vanished before it had said everything: then nothing is wanted, and nothing is left.
  private static func receive(from channel: Descriptor) throws(LaunchFailure) -> LaunchMessage? {
    do {
      guard let bytes = try Startup.receiveMessage(channel, length: LaunchMessage.length) else { return nil }
      return try LaunchMessage(decoding: bytes)
    } catch { throw LaunchFailure(error) }
  }

  private static func begin(_ message: LaunchMessage) throws(LaunchFailure) -> Supervisor {
    do {
      let signals: SignalSet = [SIGTERM, SIGINT, SIGHUP]
      signals.block()
      let loop = try EventLoop()
      let supervisor = Supervisor(message, sandbox: LiveSandbox(message.container), loop: loop)
      try supervisor.heed(SignalDescriptor(signals))
      try supervisor.begin()
      return supervisor
    } catch let error as LaunchFailure { throw error } catch let error as SystemError {
      throw LaunchFailure(error)
    } catch { throw LaunchFailure(step: "\(error)") }
  }

  /// Shows others that this container is looked after, for as long as this process lives.
  private static func lock(_ path: String) throws(LaunchFailure) -> FileLock? {
    if path.isEmpty { return nil }
    // The shim of a davit that was killed while it started this container may be about to give up.
    let deadline = Monotonic.now + 2_000_000_000
    while true {
      do { if let lock = try FileLock(trying: path) { return lock } } catch { throw LaunchFailure(error) }
      if Monotonic.now > deadline { throw LaunchFailure(step: "another shim looks after this container already") }
      Monotonic.sleep(nanoseconds: 5_000_000)
    }
  }
}
