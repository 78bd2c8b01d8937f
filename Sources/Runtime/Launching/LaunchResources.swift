import Launch
import Linux
import Spec

/// What the engine has made ready for a container: everything that its spec only names.
public struct LaunchResources: Sendable {
  public var id: String
  public var root: RootLaunch
  /// In the spec's order, each with the host path that it was resolved to (a bind's source, a volume's data folder, an
  /// unpacked image); empty for tmpfs.
  public var mounts: [(spec: MountSpec, source: String)] = []
  /// Secrets and configs, each with the host file that holds its bytes.
  public var files: [(spec: FileSpec, source: String)] = []
  /// Host files bound to /etc/hosts, /etc/hostname and /etc/resolv.conf; absent: the image's own.
  public var hostsFile: String?
  public var hostnameFile: String?
  public var resolverFile: String?
  /// The user namespace, for `userns_mode: private`.
  public var users: Descriptor?
  /// The network namespace; absent: the host's.
  public var network: Descriptor?
  /// Namespaces of other containers to join, for `pid`, `ipc`, `uts` and `cgroup` modes that name one.
  public var pid: Descriptor?
  public var ipc: Descriptor?
  public var uts: Descriptor?
  /// The mount namespace of the container whose ipc namespace is joined: its /dev/shm is shared too.
  public var sharedMemory: Descriptor?
  /// See `HookLaunch.bundle`; empty where nothing is run.
  public var bundle = ""
  public var paths = PathsLaunch()
  public var log = LogLaunch()
  public var restart = RestartLaunch()
  public var dns: DNSLaunch?
  /// Bound host sockets that the shim keeps; `PortLaunch.descriptor` is filled in here.
  public var ports: [(socket: Descriptor, port: PortLaunch)] = []
  public var exitNetlink: [Datagram] = []
  public var unlinkOnExit: [String] = []
  public var events = EventsLaunch()
  /// See `LaunchMessage.remover`.
  public var remover: [String] = []
  public var removerEnvironment: [String] = []
  /// The attached client of `up` or `run`; see `StreamsLaunch.firstClient`.
  public var firstClient: Descriptor?

  public init(id: String, root: RootLaunch) {
    self.id = id
    self.root = root
  }
}
