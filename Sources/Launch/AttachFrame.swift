/// What is said over `attach.sock`. On the wire: `[type u8][length u32, little-endian][payload]`.
public enum ClientFrame: Hashable, Sendable {
  /// The first frame of a client that wants streams. A client that only commands sends none.
  case hello(AttachStreams)
  case stdin([UInt8])
  case endOfInput
  case resize(rows: UInt16, columns: UInt16)
  /// To the container's first process.
  case signal(Int32)
  /// The stop sequence; a person asked for it, so no restart follows. `signal` 0 and `timeout` `nil`: as configured.
  /// Milliseconds; negative: without SIGKILL.
  case stop(signal: Int32, timeout: Int64?)
  case pause
  case resume
  /// Answered with `.exited` when the container came to its end (not at a restart).
  case wait
  /// Replaces the restart policy (`update`).
  case restartPolicy(RestartLaunch)
  /// The container is on other networks than before.
  case networks(NetworksLaunch)
  /// The cgroup's settings were changed (`update`): a restart sets these, instead of those of the launch.
  case limits([CgroupLaunch.Write])
  /// The container has another name, or is on other networks: what is noted of it from now on.
  case events(EventsLaunch)
  /// Whether connections to the held host ports are accepted: not while another container stands for the service.
  case hostPorts(isOpen: Bool)
}

/// What the shim says. `stop`, `signal`, `pause`, `resume`, `restartPolicy`, `networks`, `limits`, `events` and
/// `hostPorts` are answered with
/// `.reply`, in order; `stop` once the container has come to its end.
public enum ShimFrame: Hashable, Sendable {
  case stdout([UInt8])
  case stderr([UInt8])
  case exited(code: Int32, oomKilled: Bool)
  /// The client did not read while this many bytes of output came by: they are in the log, not here. Never sent to a
  /// `lossless` client.
  case skipped(UInt64)
  /// `errno` 0: done.
  case reply(errno: Int32, text: String)
}

/// Which streams a client attaches to.
public struct AttachStreams: OptionSet, Hashable, Sendable {
  public var rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let stdin = AttachStreams(rawValue: 1)
  public static let stdout = AttachStreams(rawValue: 2)
  public static let stderr = AttachStreams(rawValue: 4)
  /// The container waits for this client to read rather than let it miss anything: for `run` in the foreground, whose
  /// output may go into a file.
  public static let lossless = AttachStreams(rawValue: 8)
  /// This client removes the container at its end (`run --rm`), so that the shim need not have it done.
  public static let removing = AttachStreams(rawValue: 16)
}

/// Limits of the frames.
public enum FrameLimit {
  public static let header = 5
  /// A longer payload is a broken peer.
  public static let payload = 64 << 10
}
