/// What is known about a container that runs or ran: the content of `state.json`, and at its end of `exit.json`. The
/// shim alone writes it; who really runs is asked of the kernel.
public struct StateRecord: Codable, Hashable, Sendable {
  public enum Status: String, Codable, Hashable, Sendable {
    case running, paused, restarting, exited
  }

  public var version = 1
  /// The container's first process as the host numbers it; 0: none now.
  public var pid: Int32 = 0
  /// Field 22 of /proc/pid/stat: tells this process from a later one of the same number.
  public var startTime: UInt64 = 0
  public var shimPid: Int32 = 0
  public var shimStartTime: UInt64 = 0
  public var status = Status.running
  /// RFC 3339 with nanoseconds, UTC; empty: not yet.
  public var startedAt = ""
  public var finishedAt = ""
  /// Of the last program that ended: its status, or 128 and the signal.
  public var exitCode: Int32 = 0
  public var oomKilled = false
  /// Why the last start failed; empty: it did not.
  public var error = ""
  public var restartCount: UInt32 = 0
  /// A person asked for the end (`stop`): `unless-stopped` does not start it again.
  public var stopRequested = false
  public var health: HealthRecord?

  public init() {}
}

/// The health of a container with a check.
public struct HealthRecord: Codable, Hashable, Sendable {
  public enum Status: String, Codable, Hashable, Sendable {
    case starting, healthy, unhealthy
  }

  /// One run of the check.
  public struct Result: Codable, Hashable, Sendable {
    public var start: String
    public var end: String
    /// 0 healthy; -1: it could not be run or took too long.
    public var exitCode: Int32
    /// At most 4096 bytes.
    public var output: String

    public init(start: String, end: String, exitCode: Int32, output: String) {
      self.start = start
      self.end = end
      self.exitCode = exitCode
      self.output = output
    }
  }

  public var status = Status.starting
  public var failingStreak: UInt32 = 0
  /// The last five, the oldest first.
  public var log: [Result] = []

  public init() {}
}
