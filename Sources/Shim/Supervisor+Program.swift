import Glibc
import Isolation
import Launch
import Linux

extension Supervisor {
  /// How long the output of a program that ended is waited for where another process keeps it open. Nanoseconds.
  private static let drainPatience: Int64 = 1_000_000_000
  /// How long clients that do not read are waited for at the end. Nanoseconds.
  private static let farewellPatience: Int64 = 5_000_000_000

  /// Starts the program with fresh streams.
  func startProgram() throws(LaunchFailure) {
    var streams: Streams
    do { streams = try Streams(message.container.process, message.streams) } catch {
      throw LaunchFailure(error)
    }
    earlierMemoryKills = sandbox.memoryKills()
    let started = try sandbox.start(streams.program)
    streams.letGo()
    do { try connect(started, &streams) } catch {
      _ = try? started.process.send(signal: SIGKILL)
      _ = try? ChildStatus.reap(started.process.pid)
      throw LaunchFailure(error)
    }
    record.pid = started.process.pid
    record.startTime = started.startTime
    record.startedAt = Timestamp.now().description
    record.error = ""
    record.oomKilled = false
    journal.note("start")
    performHealth(.started)
    perform(.started)
  }

  private func connect(_ started: StartedProgram, _ streams: inout Streams) throws(SystemError) {
    let process = started.process
    program = process
    try loop.watch(process.descriptor.raw, .readable) { [unowned self] _ in
      guard let status = try? ChildStatus.reap(process.pid, noWait: true) else { return }
      loop.forget(process.descriptor.raw)
      program = nil
      exited(status)
    }
    if let console = started.console {
      try streams.attach(console: console, stdinOpen: message.streams.stdinOpen)
      self.console = console
      if let windowSize { try console.setWindowSize(windowSize) }
    }
    for (stream, descriptor) in streams.outputs { try outputs.add(stream, descriptor) }
    if let target = streams.input {
      input = try InputPort(target, loop: loop) { [unowned self] in attach.release() }
    }
  }

  func startAgain() {
    do { try startProgram() } catch {
      record.error = error.description
      record.exitCode = error.exitStatus
      record.finishedAt = Timestamp.now().description
      perform(.startFailed)
    }
  }

  /// The program ended. What it said last is read before anybody is told.
  func exited(_ status: Int32) {
    ended = (status, .now())
    performHealth(.suspended)
    outputs.drain()
    if !outputs.isOpen {
      finishExit()
    } else if !outputs.isHeld {
      loop.set(.drain, at: Monotonic.now + Supervisor.drainPatience)
    }
  }

  func finishExit() {
    guard let (status, time) = ended else { return }
    ended = nil
    loop.set(.drain, at: nil)
    sandbox.killRest()
    outputs.drain()
    outputs.close()
    input?.close()
    input = nil
    console = nil
    attach.release()
    record.pid = 0
    record.startTime = 0
    record.exitCode = status
    record.finishedAt = time.description
    record.oomKilled = sandbox.memoryKills() > earlierMemoryKills
    if record.oomKilled { journal.note("oom") }
    // They hold nothing up (runtime specification, "Lifecycle"), but what they said is kept.
    for failure in sandbox.runPoststopHooks() { record.error = failure.description }
    let began = Timestamp(record.startedAt)?.seconds ?? time.seconds
    journal.note("die", [("execDuration", "\(max(0, time.seconds - began))"), ("exitCode", "\(status)")])
    perform(.exited(code: status))
  }

  /// The end: everything is taken back, then it is written down and told, so that who hears of it finds nothing left.
  func end() {
    for alarm in EventLoop.Alarm.allCases { loop.set(alarm, at: nil) }
    attach.close()
    farewell.say()
    sandbox.remove()
    record.pid = 0
    record.startTime = 0
    record.status = .exited
    record.stopRequested = lifecycle.stopRequested
    record.restartCount = lifecycle.restarts.count
    record.health = health?.record
    stateFile.writeFinal(record)
    journal.close()
    if !attach.hasRemover { Remover.start(message) }
    attach.announceEnd(code: record.exitCode, oomKilled: record.oomKilled)
    guard attach.isPending else { return loop.stop() }
    loop.set(.farewell, at: Monotonic.now + Supervisor.farewellPatience)
    attach.onProgress = { [unowned self] in
      guard attach.isPending else { return loop.stop() }
      loop.set(.farewell, at: Monotonic.now + Supervisor.farewellPatience)
    }
  }
}
