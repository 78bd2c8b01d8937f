// What the shim does for a container that runs, each duty its own value. Times are nanoseconds.

/// The container's standard streams.
public struct StreamsLaunch: Hashable, Sendable {
  /// A pipe or terminal is kept open as standard input; else it is /dev/null.
  public var stdinOpen = false
  /// Standard input ends when the first client that attached to it leaves.
  public var stdinOnce = false
  /// A connected socket that is an attached client from the beginning, before the program starts, so that not a byte
  /// of it is missed. It speaks the frames of `attach.sock`; its hello is in the socket already or follows.
  public var firstClient: Int32?

  public init() {}
}

/// Where the container's output is kept.
public struct LogLaunch: Hashable, Sendable {
  public enum Driver: UInt8, Sendable {
    case none
    /// Docker's format: one JSON object per line.
    case jsonFile
  }

  public var driver = Driver.jsonFile
  /// Absolute; rotated files are `path.1`, `path.2`, …
  public var path = ""
  /// Bytes after which a new file is begun; `nil`: never.
  public var maximumSize: Int64?
  /// Files kept, the current one among them; at least 1.
  public var maximumFiles: UInt32 = 1
  /// Labels, environment and tag that are repeated on every line as `attrs`.
  public var attributes: [NamedValue] = []
  /// Where entries go as well.
  public var forward: LogForwardLaunch?

  public init() {}
}

/// How the container is asked to end.
public struct StopLaunch: Hashable, Sendable {
  public var signal: Int32 = 15
  /// From the signal to SIGKILL; negative: without end.
  public var timeout: Int64 = 10_000_000_000

  public init() {}
}

/// What follows when the program ended by itself.
public struct RestartLaunch: Hashable, Sendable {
  public enum Condition: UInt8, Sendable { case no, always, onFailure, unlessStopped }

  public var condition = Condition.no
  /// 0: as often as it takes.
  public var maximumRetries: UInt32 = 0
  /// Between tries; absent: 100 ms doubling up to a minute.
  public var delay: Int64?
  /// Running for this long counts as a success and begins the counting anew; absent: 10 s.
  public var window: Int64?

  public init() {}
}

/// How the container's health is found out. All defaults are filled in.
public struct HealthLaunch: Hashable, Sendable {
  /// The program and its arguments; `CMD-SHELL` has been turned into the image's shell with the text.
  public var arguments: [String] = []
  public var interval: Int64 = 30_000_000_000
  public var timeout: Int64 = 30_000_000_000
  public var startPeriod: Int64 = 0
  public var startInterval: Int64 = 5_000_000_000
  public var retries: UInt32 = 3

  public init() {}
}

/// The name server on 127.0.0.11 in the container's network namespace.
public struct DNSLaunch: Hashable, Sendable {
  /// 53, or another port to which the namespace redirects because the container uses 53 itself.
  public var port: UInt16 = 53
  /// Folders of name files, one for each network of the container, in the order in which they are asked.
  public var namesDirectories: [String] = []
  /// Addresses of the resolvers that are asked from the host's namespace, each with or without `:port` (`[…]:port`).
  public var upstreams: [String] = []
  /// Addresses to ask from the container's own namespace (a resolver that was given with `dns:` and lies inside).
  public var insideUpstreams: [String] = []
  public var search: [String] = []

  public init() {}
}

/// One bound socket of the host: it reserves the port, and what arrives on it in spite of the firewall (`[::1]`, IPv6
/// to a container without it) is passed on.
public struct PortLaunch: Hashable, Sendable {
  public enum Transport: UInt8, Sendable { case tcp, udp }

  public var descriptor: Int32 = -1
  public var transport = Transport.tcp
  /// Address of the container as seen from the host.
  public var address = ""
  public var port: UInt16 = 0
  /// Nothing is accepted until `ClientFrame.hostPorts` says so.
  public var isHeld = false

  public init() {}
}
