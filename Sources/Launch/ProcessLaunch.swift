/// A program to run in a container: its first one, or one that is executed beside it.
public struct ProcessLaunch: Hashable, Sendable {
  public var arguments: [String] = []
  /// `NAME=value`
  public var environment: [String] = []
  /// Absolute; made where it does not exist (as Docker does for the container's own process only).
  public var workingDirectory = "/"
  public var createsWorkingDirectory = false
  /// `name`, `uid`, `name:group`, `uid:gid`; resolved against the image's own /etc/passwd and /etc/group. Empty: 0.
  public var user = ""
  /// Names or numbers of further groups.
  public var groups: [String] = []
  public var terminal = false
  /// 0: as the terminal has it.
  public var rows: UInt16 = 0
  public var columns: UInt16 = 0
  public var umask: UInt32?

  public init() {}
}

/// What a program may do.
public struct SecurityLaunch: Hashable, Sendable {
  /// Bit n is capability n: the bounding, permitted and effective sets (the latter two are lost by a user other than
  /// 0). Inheritable and ambient are empty.
  public var capabilities: UInt64 = 0
  public var noNewPrivileges = false
  /// `struct sock_filter` entries; empty: unconfined.
  public var seccomp: [UInt8] = []
  /// SECCOMP_FILTER_FLAG_* bits.
  public var seccompFlags: UInt32 = 0
  /// Empty: unconfined, or AppArmor is not there.
  public var appArmorProfile = ""
  /// SELinux label of the process; empty: none.
  public var selinuxLabel = ""
  public var rlimits: [ResourceLimit] = []
  public var oomScoreAdjustment: Int32?

  public init() {}
}

/// setrlimit(2) of one resource.
public struct ResourceLimit: Hashable, Sendable {
  /// RLIMIT_*.
  public var resource: UInt32 = 0
  /// `UInt64.max`: unlimited.
  public var soft: UInt64 = 0
  public var hard: UInt64 = 0

  public init() {}

  public init(resource: UInt32, soft: UInt64, hard: UInt64) {
    self.resource = resource
    self.soft = soft
    self.hard = hard
  }
}

/// A program to run inside a container that runs: `davit-shim exec`, health checks, hooks.
public struct ExecLaunch: Hashable, Sendable {
  /// The container's first process, as the host numbers it, and its start time (field 22 of /proc/pid/stat): a number
  /// that was given to another process since is refused.
  public var pid: Int32 = 0
  public var startTime: UInt64 = 0
  /// The namespaces to join: the container's own and those that it joined.
  public var namespaces: [NamespaceLaunch.Kind] = []
  public var process = ProcessLaunch()
  public var security = SecurityLaunch()
  /// The container's folders, to put the program in.
  public var cgroup = CgroupLaunch()
  /// As in `ContainerLaunch`.
  public var forgoneFeatures: UInt32 = 0

  public init() {}
}

/// What `davit-shim exec` is told.
///
/// The program's standard streams come with it: `Descriptors.first` and the next two. With a terminal none do: the shim
/// makes it inside the container and sends its controlling end back over `Descriptors.channel`, with `.console`.
public struct ExecMessage: Hashable, Sendable {
  public var exec = ExecLaunch()
  /// Nobody waits for the program: report that it started, then leave it alone.
  public var detached = false

  public init() {}

  public func encoded() -> [UInt8] { Envelope.seal(self, as: .exec) }

  public init(decoding bytes: [UInt8]) throws(WireError) { self = try Envelope.open(bytes, as: .exec) }

  /// Bytes of a whole message whose beginning is given; `nil` while it is too short to tell.
  public static func length(of bytes: [UInt8]) throws(WireError) -> Int? {
    try Envelope.length(of: bytes, as: .exec)
  }
}
