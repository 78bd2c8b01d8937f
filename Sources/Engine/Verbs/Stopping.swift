import Diagnostics
import Glibc
import Launch
import Linux

extension Engine {
  /// Asks the program to end with `signal` (the container's stop signal where absent) and kills it after `timeout`
  /// (nanoseconds; the container's own grace period where absent; negative: never). One that does not run is stopped
  /// already.
  public func stop(_ id: String, timeout: Int64? = nil, signal: String? = nil) throws {
    try host.requirePrivileges()
    let record = try record(id)
    // The record's, because an update may have changed them since the shim was told; the shim knows the image's.
    let number = try (signal ?? record.spec.stopSignal).map { try SignalNumber.parse($0) } ?? 0
    // Rounded up: a grace period of half a millisecond is not none.
    let milliseconds = (timeout ?? record.spec.stopGracePeriod).map { $0 < 0 ? -1 : ($0 + 999_999) / 1_000_000 }
    let wasRunning = LiveState.of(host.container(record.id)).isAlive
    try end(record, .stop(signal: number, timeout: milliseconds), "stopping it failed")
    if wasRunning { note("stop", record) }
  }

  /// Sends a signal to the container's first process. One that kills it keeps the restart policy from starting it again.
  public func kill(_ id: String, signal: String = "SIGKILL") throws {
    try host.requirePrivileges()
    let record = try record(id)
    let number = try SignalNumber.parse(signal)
    guard LiveState.of(host.container(record.id)).isAlive else { throw notRunning(record) }
    if number == SIGKILL {
      try end(record, .stop(signal: number, timeout: 0), "killing it failed")
    } else {
      try command(record, .signal(number), "sending the signal failed")
    }
  }

  public func restart(_ id: String, timeout: Int64? = nil, signal: String? = nil) throws {
    let record = try record(id)
    try stop(record.id, timeout: timeout, signal: signal)
    try start(record.id)
    note("restart", record)
  }

  public func pause(_ id: String) throws {
    try host.requirePrivileges()
    let view = try container(id)
    guard view.state != .paused else {
      throw Failure(.conflict, "is paused already", subject: "container \(view.name)")
    }
    try command(view.record, .pause, "pausing it failed")
    note("pause", view.record)
  }

  public func unpause(_ id: String) throws {
    try host.requirePrivileges()
    let view = try container(id)
    guard view.state == .paused || !view.isRunning else {
      throw Failure(.conflict, "is not paused", subject: "container \(view.name)")
    }
    try command(view.record, .resume, "letting it go on failed")
    note("unpause", view.record)
  }

  /// Has the shim do something to a container that runs.
  func command(_ record: ContainerRecord, _ frame: ClientFrame, _ step: String) throws(Failure) {
    var shim = try ShimConnection(host.container(record.id), name: record.name)
    do { try shim.command(frame, step) } catch { throw error.of(container: record.name) }
  }

  /// Has the shim bring the container to its end, and waits until the shim itself is gone: from then on nobody writes
  /// into the container's folders.
  private func end(_ record: ContainerRecord, _ frame: ClientFrame, _ step: String) throws(Failure) {
    let paths = host.container(record.id)
    var state = LiveState.of(paths)
    if !state.isAlive {
      // Somebody may be starting it right now, and holds its lock until it runs.
      let lock = try containerStore.lock(record.id)
      defer { lock.unlock() }
      clearAfterLoss(record)
      state = LiveState.of(paths)
    }
    guard case .alive(let live) = state, let process = live.shim else { return }
    do {
      var shim = try ShimConnection(paths, name: record.name)
      try shim.command(frame, step, endIsSuccess: true)
    } catch {
      // It ended by itself a moment ago.
      if live.shimIsAlive { throw error.of(container: record.name) }
    }
    _ = process.waitForEnd()
    guard loss(of: record) != nil, let lock = try? containerStore.lock(record.id) else { return }
    clearAfterLoss(record)
    lock.unlock()
  }

  func notRunning(_ record: ContainerRecord) -> Failure {
    Failure(.conflict, "is not running", subject: "container \(record.name)")
  }
}
