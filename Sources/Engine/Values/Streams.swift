/// A program to run in a container that runs.
public struct ExecRequest: Hashable, Sendable {
  public var command: [String]
  /// Added to the container's own.
  public var environment: [String: String] = [:]
  /// `user[:group]`, by name or number; the container's where absent.
  public var user: String?
  public var workingDirectory: String?
  public var privileged = false
  /// Give it a terminal. The caller has put its own into raw mode.
  public var tty = false
  /// Return as soon as it runs.
  public var detach = false
  public var streams = StandardStreams()

  public init(command: [String]) { self.command = command }
}

/// The caller's ends.
public struct StandardStreams: Hashable, Sendable {
  /// `nil`: the program reads an empty file.
  public var input: Int32?
  public var output: Int32 = 1
  public var error: Int32 = 2
  /// A descriptor that becomes readable whenever the terminal behind `output` changes its size (a pipe or signalfd; it
  /// is read empty). Only looked at with a terminal.
  public var resized: Int32?
  /// Where the terminal is far away: its size. `resized` is then this one's descriptor.
  public var remoteTerminal: RemoteTerminal?
  /// The keys that end an attachment, as bytes; empty: none. Docker's default is Ctrl-P Ctrl-Q.
  public var detachKeys: [UInt8] = [16, 17]

  public init(input: Int32? = nil) { self.input = input }
}

/// Being connected to a running container's own streams.
public struct AttachRequest: Hashable, Sendable {
  public var streams = StandardStreams()
  public var standardOutput = true
  public var standardError = true
  /// First what the log has, without a gap to what follows.
  public var replay = false
  /// The caller removes the container at its end (`--rm`), so that nobody else need do it.
  public var removes = false

  public init() {}
}

/// How an attachment ended.
public enum AttachEnd: Hashable, Sendable {
  case exited(Int32)
  /// The detach keys were typed; the container goes on.
  case detached
}

/// One process of a container, as `ps` shows it.
public struct ProcessView: Hashable, Sendable {
  /// On the host.
  public var pid: Int32
  public var parent: Int32
  public var user: String
  /// Seconds of processor time.
  public var cpuSeconds: Int64
  /// `pts/0`, `?`
  public var terminal: String
  public var started: String
  public var command: String

  public init(
    pid: Int32, parent: Int32, user: String, cpuSeconds: Int64, terminal: String, started: String, command: String
  ) {
    self.pid = pid
    self.parent = parent
    self.user = user
    self.cpuSeconds = cpuSeconds
    self.terminal = terminal
    self.started = started
    self.command = command
  }
}
