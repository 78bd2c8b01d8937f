import FoundationEssentials
import Launch
import Linux
import Spec

/// What can be known about the running of a container at one moment. The shim's file says what happened; whether it
/// still holds is asked of the kernel.
enum LiveState {
  case neverStarted
  case alive(StateRecord)
  case ended(StateRecord)
  /// It ran, and nobody was left to write down how it ended.
  case lost(StateRecord?, Loss)

  enum Loss {
    /// Its shim was killed, and it died with it.
    case shimKilled
    /// The machine went down while it ran.
    case machineDown
  }

  static func of(_ paths: ContainerPaths) -> LiveState {
    if let state = read(paths.state) {
      if state.status == .exited { return .ended(state) }
      if state.shimIsAlive { return .alive(state) }
      // It may have ended properly between the two looks.
      if let last = read(paths.state), last.status == .exited { return .ended(last) }
      return .lost(state, .shimKilled)
    }
    if let last = read(paths.exitRecord) { return .ended(last) }
    return FileStatus.exists(paths.mounted) ? .lost(nil, .machineDown) : .neverStarted
  }

  /// How it ended the last time.
  static func lastRun(_ paths: ContainerPaths) -> StateRecord? { read(paths.exitRecord) }

  private static let decoded = DecodedFiles<StateRecord>()

  private static func read(_ path: String) -> StateRecord? {
    try? decoded.value(at: path) { file in
      try JSONDecoder().decode(StateRecord.self, from: Data(file.readAll(limit: 1 << 20)))
    }
  }

  var isAlive: Bool { if case .alive = self { true } else { false } }
}

extension StateRecord {
  /// Whether the shim that wrote this still runs. One that has ended and was not collected yet does not.
  var shimIsAlive: Bool {
    guard let status = ProcessStatus(pid: shimPid) else { return false }
    return status.startTime == shimStartTime && status.state != "Z" && status.state != "X"
  }

  /// The shim, held; `nil` where it has ended.
  var shim: ProcessDescriptor? {
    (try? ProcessDescriptor(pid: shimPid, startTime: shimStartTime)) ?? nil
  }

  /// The container's first process, held; `nil` where there is none.
  var process: ProcessDescriptor? {
    guard pid > 0 else { return nil }
    return (try? ProcessDescriptor(pid: pid, startTime: startTime)) ?? nil
  }
}

extension ContainerView {
  init(record: ContainerRecord, state: LiveState, network: LiveNetwork?) {
    self.init(record: record)
    networks = record.spec.networks.map { NetworkEndpoint(attachment: $0, networkID: "") }
    switch state {
    case .neverStarted: self.state = .created
    case .alive(let live):
      take(live)
      shimPID = live.shimPid
      pid = live.pid > 0 ? live.pid : nil
      if let network {
        networks = network.endpoints
        ports = network.ports
        standing = network.standing
      }
    case .ended(let last):
      take(last)
      self.state = last.startedAt.isEmpty ? .created : .exited
      health = nil
    case .lost(let last, let loss):
      if let last { take(last) }
      self.state = .exited
      health = nil
      switch loss {
      case .shimKilled:
        exitCode = 137
        error = "its shim was killed, and it died with it"
      case .machineDown:
        exitCode = 255
        error = "the machine went down while it ran"
      }
    }
  }

  private mutating func take(_ record: StateRecord) {
    state =
      switch record.status {
      case .running: .running
      case .paused: .paused
      case .restarting: .restarting
      case .exited: .exited
      }
    exitCode = record.finishedAt.isEmpty && record.status != .exited ? nil : record.exitCode
    oomKilled = record.oomKilled
    error = record.error
    startedAt = Timestamp(record.startedAt)
    finishedAt = Timestamp(record.finishedAt)
    restartCount = Int(record.restartCount)
    stoppedByUser = record.stopRequested
    health = record.health.map(HealthView.init)
  }
}

extension HealthView {
  fileprivate init(_ record: HealthRecord) {
    self.init(
      status: Health(rawValue: record.status.rawValue) ?? .starting, failingStreak: Int(record.failingStreak),
      log: record.log.map {
        Result(
          start: Timestamp($0.start) ?? Timestamp(nanoseconds: 0), end: Timestamp($0.end) ?? Timestamp(nanoseconds: 0),
          exitCode: $0.exitCode, output: $0.output)
      })
  }
}
