import CLinux
import Glibc

/// The kinds of namespaces(7), as their CLONE_* flags.
public struct Namespaces: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let time = Namespaces(rawValue: 0x80)
  public static let mount = Namespaces(rawValue: 0x0002_0000)
  public static let cgroup = Namespaces(rawValue: 0x0200_0000)
  public static let uts = Namespaces(rawValue: 0x0400_0000)
  public static let ipc = Namespaces(rawValue: 0x0800_0000)
  public static let user = Namespaces(rawValue: 0x1000_0000)
  public static let pid = Namespaces(rawValue: 0x2000_0000)
  public static let network = Namespaces(rawValue: 0x4000_0000)

  /// `net`, `mnt`, …: the name in /proc/<pid>/ns of a single kind.
  public var procName: String {
    switch self {
    case .time: "time"
    case .mount: "mnt"
    case .cgroup: "cgroup"
    case .uts: "uts"
    case .ipc: "ipc"
    case .user: "user"
    case .pid: "pid"
    default: "net"
    }
  }

  /// The calling thread leaves its namespaces for fresh ones (unshare(2)).
  public func unshare() throws(SystemError) {
    try check("making namespaces") { systemCall(SYS_unshare, Int(rawValue)) }
  }

  /// The namespace of this kind of a process, to join or keep.
  public func open(of pid: Int32) throws(SystemError) -> Descriptor {
    try Descriptor.open("/proc/\(pid)/ns/\(procName)", step: "opening namespace")
  }

  /// That of the calling thread.
  public func openOwn() throws(SystemError) -> Descriptor {
    try Descriptor.open("/proc/thread-self/ns/\(procName)", step: "opening namespace")
  }
}

extension Descriptor {
  /// The calling thread joins the namespace that this is, or those `kinds` of the process that this pidfd holds.
  public func join(_ kinds: Namespaces) throws(SystemError) {
    try check("joining a namespace") { systemCall(SYS_setns, Int(raw), Int(kinds.rawValue)) }
  }
}

/// Runs `body` on a thread of its own that has joined a network namespace, so that the caller stays where it is.
public func inNetworkNamespace<Value: Sendable>(
  _ namespace: Descriptor, _ body: @escaping @Sendable () throws -> Value
) throws -> Value {
  try Thread.spawn {
    try namespace.join(.network)
    return try body()
  }.join()
}
