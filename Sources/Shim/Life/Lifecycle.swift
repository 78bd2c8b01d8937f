import Glibc
import Launch

/// The life of a container from its first start to its end, as a pure reducer: events in, actions out. Times are
/// nanoseconds of the monotonic clock.
struct Lifecycle: Hashable, Sendable {
  enum Phase: Hashable, Sendable {
    case running, paused
    /// The program ended and will be started again.
    case waiting
    case ended
  }

  enum Event: Hashable, Sendable {
    case started
    /// The program could not be started again.
    case startFailed
    case exited(code: Int32)
    /// A person wants it down. `nil` and 0: as configured.
    case stop(signal: Int32, timeout: Int64?)
    /// The machine goes down: what is restarted at boot is not marked as stopped.
    case shutDown
    case signal(Int32)
    case pause, resume
    case policy(RestartLaunch)
    /// The moment that `.wake` asked for.
    case alarm
  }

  enum Action: Hashable, Sendable {
    case signal(Int32)
    case freeze, thaw
    /// The one alarm; `nil` takes it back.
    case wake(at: Int64?)
    case start
    /// The state changed: write it down.
    case record
    case end
    /// The request makes no sense now; an errno.
    case refuse(Int32)
  }

  private(set) var phase = Phase.running
  /// A person asked for the end.
  private(set) var stopRequested = false
  private(set) var restarts: Restarts
  private let stop: StopLaunch
  private var startedAt: Int64 = 0
  private var isEnding = false
  private var deadline: Int64?

  init(stop: StopLaunch, restart: RestartLaunch) {
    self.stop = stop
    restarts = Restarts(restart)
  }

  var status: StateRecord.Status {
    switch phase {
    case .running: .running
    case .paused: .paused
    case .waiting: .restarting
    case .ended: .exited
    }
  }

  mutating func handle(_ event: Event, now: Int64) -> [Action] {
    if phase == .ended { return refusal(of: event) }
    switch event {
    case .started:
      phase = .running
      startedAt = now
      return [.record]
    case .startFailed:
      phase = .ended
      return [.end]
    case .exited(let code): return exited(code, now: now)
    case .stop(let signal, let timeout):
      stopRequested = true
      return end(signal: signal == 0 ? stop.signal : signal, timeout: timeout ?? stop.timeout, now: now)
    case .shutDown: return end(signal: stop.signal, timeout: stop.timeout, now: now)
    case .signal(let number): return signalled(number)
    case .pause:
      guard phase == .running else { return [.refuse(phase == .paused ? EALREADY : ESRCH)] }
      phase = .paused
      return [.freeze, .record]
    case .resume:
      guard phase == .paused else { return [.refuse(phase == .running ? EALREADY : ESRCH)] }
      phase = .running
      return [.thaw, .record]
    case .policy(let policy):
      restarts.policy = policy
      return []
    case .alarm: return alarm()
    }
  }

  private func refusal(of event: Event) -> [Action] {
    switch event {
    case .signal, .pause, .resume, .policy: [.refuse(ESRCH)]
    case .started, .startFailed, .exited, .stop, .shutDown, .alarm: []
    }
  }

  private mutating func exited(_ code: Int32, now: Int64) -> [Action] {
    guard phase != .waiting else { return [] }
    let hadAlarm = deadline != nil
    deadline = nil
    guard !isEnding, let pause = restarts.delay(afterExit: code, runningFor: now - startedAt) else {
      phase = .ended
      return hadAlarm ? [.wake(at: nil), .end] : [.end]
    }
    phase = .waiting
    deadline = now + pause
    return [.wake(at: deadline), .record]
  }

  private mutating func end(signal: Int32, timeout: Int64, now: Int64) -> [Action] {
    isEnding = true
    guard phase != .waiting else {
      phase = .ended
      return [.wake(at: nil), .end]
    }
    // Written down at once: whoever looks before the program has ended sees that it is about to.
    var actions: [Action] = stopRequested ? [.record, .signal(signal)] : [.signal(signal)]
    if timeout == 0 {
      if signal != SIGKILL { actions.append(.signal(SIGKILL)) }
    } else if timeout > 0 {
      // A second request may only shorten what is left.
      let later = now.addingReportingOverflow(timeout)
      deadline = min(deadline ?? .max, later.overflow ? .max : later.partialValue)
      actions.append(.wake(at: deadline))
    }
    // A frozen program takes no signal, SIGKILL of a v1 freezer included.
    if phase == .paused { actions.append(.thaw) }
    phase = .running
    return actions
  }

  /// SIGKILL and the stop signal mean the end, so no restart follows; any other is only delivered.
  private mutating func signalled(_ number: Int32) -> [Action] {
    guard number == SIGKILL || number == stop.signal else {
      return phase == .waiting ? [.refuse(ESRCH)] : [.signal(number)]
    }
    stopRequested = true
    isEnding = true
    guard phase != .waiting else {
      phase = .ended
      return [.wake(at: nil), .end]
    }
    defer { phase = .running }
    return phase == .paused ? [.signal(number), .thaw, .record] : [.signal(number)]
  }

  private mutating func alarm() -> [Action] {
    deadline = nil
    switch phase {
    case .running: return isEnding ? [.signal(SIGKILL)] : []
    case .paused: return isEnding ? [.signal(SIGKILL), .thaw] : []
    case .waiting: return [.start]
    case .ended: return []
    }
  }
}
