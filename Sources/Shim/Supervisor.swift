import CLinux
import Glibc
import Launch
import Linux

/// Looks after one container from its first start to its end. All its duties hang on one event loop; what it decides is
/// decided by `Lifecycle` and `HealthMonitor`, and done here.
final class Supervisor {
  let message: LaunchMessage
  let sandbox: any Sandbox
  let loop: EventLoop
  let stateFile: StateFile
  var farewell: Farewell
  var journal: Journal
  var record = StateRecord()
  var lifecycle: Lifecycle
  var health: HealthMonitor?
  var program: ProcessDescriptor?
  var probe: HealthProbe?

  private(set) var attach: AttachServer!
  private(set) var outputs: OutputPorts!
  var input: InputPort?
  var console: Descriptor?
  /// As the last client that has a terminal asked for; kept over restarts.
  var windowSize: WindowSize?
  /// The program ended, and its last output is still being read.
  var ended: (status: Int32, at: Timestamp)?
  /// Of the kernel's count, what happened before this start.
  var earlierMemoryKills: UInt64 = 0

  private(set) var ports: HostPorts?
  var names: NameDuty?

  init(_ message: LaunchMessage, sandbox: any Sandbox, loop: EventLoop) {
    self.message = message
    self.sandbox = sandbox
    self.loop = loop
    stateFile = StateFile(paths: message.paths)
    farewell = Farewell(exitNetlink: message.exitNetlink, unlinkOnExit: message.unlinkOnExit)
    journal = Journal(message.events)
    lifecycle = Lifecycle(stop: message.stop, restart: message.restart)
    health = message.health.map(HealthMonitor.init)
  }

  /// Takes up all duties and starts the program. After an error nothing is left of the container.
  func begin() throws(LaunchFailure) {
    do throws(LaunchFailure) {
      do throws(SystemError) { try takeUpDuties() } catch { throw LaunchFailure(error) }
      try answerNames()
      try startProgram()
    } catch {
      attach?.close()
      sandbox.remove()
      farewell.say()
      throw error
    }
  }

  /// Does what is to be done until the container came to its end.
  func run() {
    loop.run()
    attach.hangUp()
  }

  private func takeUpDuties() throws(SystemError) {
    let own = ProcessStatus.own
    record.shimPid = own.pid
    record.shimStartTime = own.startTime

    let log = message.log.driver == .none && message.log.forward == nil ? nil : try ContainerLog(message.log)
    outputs = OutputPorts(loop: loop, log: log) { [unowned self] stream, bytes in show(stream, bytes) }
    outputs.onEnd = { [unowned self] in if ended != nil { finishExit() } }
    outputs.onBurst = { [unowned self] in settleSoon() }
    ports = try HostPorts(message.ports, loop: loop)
    attach = try AttachServer(message.paths.attachSocket, loop: loop, requests: self)
    if let socket = message.streams.firstClient { attach.adopt(Descriptor(owning: socket)) }

    loop.onAlarm(.lifecycle) { [unowned self] in perform(.alarm) }
    loop.onAlarm(.health) { [unowned self] in performHealth(.alarm) }
    loop.onAlarm(.drain) { [unowned self] in finishExit() }
    loop.onAlarm(.farewell) { [unowned self] in loop.stop() }
    loop.onAlarm(.settle) { [unowned self] in settle() }
  }

  private func answerNames() throws(LaunchFailure) {
    guard let dns = message.dns else { return }
    guard let raw = message.container.namespaces.first(where: { $0.kind == .network })?.join else {
      throw LaunchFailure(step: "answering names without a network namespace")
    }
    // The number stays open for restarts.
    let network = Descriptor(owning: raw)
    defer { _ = network.release() }
    names = try NameDuty(dns, network: network, loop: loop)
  }

  /// Gives back the memory of what is being done now, once it is over. Wakes this process one more time.
  func settleSoon() {
    if !loop.isSet(.settle) { loop.set(.settle, at: Monotonic.now + 2_000_000_000) }
  }

  private func settle() {
    outputs.settle()
    clinux_release_memory()
  }

  private func show(_ stream: ContainerLog.Stream, _ bytes: UnsafeBufferPointer<UInt8>) {
    attach.broadcast(stream, bytes)
    if attach.isBlocking { outputs.hold(true) }
  }

  /// Lets signals to this process mean what they should: SIGTERM, that the machine goes down.
  func heed(_ signals: SignalDescriptor) throws(SystemError) {
    try loop.watch(signals.descriptor.raw, .readable) { [unowned self] _ in
      while let arrival = signals.next() {
        if arrival.signal == SIGTERM { perform(.shutDown) }
      }
    }
  }

  /// Lets the state machine answer an event, and does what it says.
  /// - Returns: an errno where it refuses.
  @discardableResult
  func perform(_ event: Lifecycle.Event) -> Int32 {
    var answer: Int32 = 0
    for action in lifecycle.handle(event, now: Monotonic.now) {
      switch action {
      case .signal(let number): signal(number)
      case .freeze: answer = freeze()
      case .thaw: answer = thaw()
      case .wake(let deadline): loop.set(.lifecycle, at: deadline)
      case .start: startAgain()
      case .record: writeState()
      case .end: end()
      case .refuse(let errno): answer = errno
      }
    }
    return answer
  }

  private func signal(_ number: Int32) {
    // It may have ended already, which is as good.
    _ = try? program?.send(signal: number)
    journal.note("kill", [("signal", "\(number)")])
  }

  func writeState() {
    record.status = lifecycle.status
    record.stopRequested = lifecycle.stopRequested
    record.restartCount = lifecycle.restarts.count
    record.health = health?.record
    stateFile.write(record)
  }

  private func freeze() -> Int32 {
    do { try sandbox.freeze() } catch {
      perform(.resume)
      return error.errno
    }
    performHealth(.suspended)
    return 0
  }

  private func thaw() -> Int32 {
    do { try sandbox.thaw() } catch { return error.errno }
    performHealth(.resumed)
    return 0
  }
}
