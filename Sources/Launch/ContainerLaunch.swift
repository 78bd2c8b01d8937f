/// A container as the isolation code makes it: namespaces, root, mounts, cgroup, privileges, program. Everything is
/// resolved but what only the image's own files can answer (the user's name).
public struct ContainerLaunch: Hashable, Sendable {
  public var id = ""
  public var hostname = ""
  public var domainname = ""
  public var root = RootLaunch()
  /// In order; a later one may lie inside an earlier one.
  public var mounts: [MountLaunch] = []
  /// A kind that is not listed is shared with the host.
  public var namespaces: [NamespaceLaunch] = []
  /// The host's ids of the container's root: 0 unless it has a user namespace of its own.
  public var rootUser: UInt32 = 0
  public var rootGroup: UInt32 = 0
  public var process = ProcessLaunch()
  public var security = SecurityLaunch()
  /// Device nodes made in /dev, and their permissions.
  public var devices: [DeviceLaunch] = []
  /// `kernel.shmmax` = `…`, written in the container's namespaces.
  public var sysctls: [NamedValue] = []
  public var maskedPaths: [String] = []
  public var readOnlyPaths: [String] = []
  public var cgroup = CgroupLaunch()
  /// In order, at their moments.
  public var hooks: [HookLaunch] = []
  /// A small init is process 1: it reaps orphans and forwards signals.
  public var initProcess = false
  /// Bits of `KernelFeature`: what the kernel is known to lack, or what a test wants to see done without.
  public var forgoneFeatures: UInt32 = 0

  public init() {}
}

/// A name with a value.
public struct NamedValue: Hashable, Sendable {
  public var name = ""
  public var value = ""

  public init() {}

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The root file system.
public struct RootLaunch: Hashable, Sendable {
  public enum Kind: UInt8, Sendable { case overlay, directory }

  public var kind = Kind.overlay
  /// Overlay layers, the uppermost first. For a directory: that one directory.
  public var lower: [String] = []
  public var upper = ""
  public var work = ""
  /// Where it is mounted inside the shim's private mount namespace: an empty host directory.
  public var mountPoint = ""
  /// Further overlay options (`metacopy=off`, `userxattr`).
  public var options: [String] = []
  /// The option of overlayfs that leaves out all synchronizing: of fsync(2), and of everything when it is unmounted.
  public static let volatile = "volatile"
  public var readOnly = false
  /// Propagation of the root in MS_* bits; 0: MS_PRIVATE.
  public var propagation: UInt64 = 0

  public init() {}
}

/// One mount below the root.
public struct MountLaunch: Hashable, Sendable {
  public enum Kind: UInt8, Sendable {
    /// `source` is a path or descriptor of the host.
    case bind
    /// A fresh file system of `fileSystem`.
    case fileSystem
    /// The container's own view of the control groups.
    case cgroup
  }

  /// What is made where the target does not exist.
  public enum Creation: UInt8, Sendable { case nothing, directory, file }

  public var kind = Kind.bind
  /// The object in words, for errors: `volume data`, `bind /srv/www`, `secret token`, `tmpfs`.
  public var subject = ""
  public var source = ""
  /// An open descriptor (O_PATH) to bind instead of `source`; it stays open for restarts.
  public var sourceDescriptor: Int32?
  /// An open mount namespace in which `source` is looked up: another container's, whose /dev/shm is shared.
  public var sourceNamespace: Int32?
  /// Absolute, inside the container; resolved inside the root.
  public var target = ""
  /// `proc`, `tmpfs`, `sysfs`, `mqueue`, `devpts`; for volumes with options: `nfs`, …
  public var fileSystem = ""
  /// MS_* bits: MS_RDONLY, MS_NOSUID, MS_REC for a recursive bind…
  public var flags: UInt64 = 0
  /// MS_PRIVATE, MS_SLAVE, MS_SHARED with or without MS_REC; 0: MS_PRIVATE|MS_REC.
  public var propagation: UInt64 = 0
  /// Options of the file system: `mode=1777,size=65536k`.
  public var data = ""
  /// Mounts below a read-only bind are made read-only too (mount_setattr with AT_RECURSIVE).
  public var recursiveReadOnly = false
  /// Fails where `recursiveReadOnly` cannot be had, instead of going on with the uppermost mount read-only.
  public var requiresRecursiveReadOnly = false
  /// In a container with users of its own, owners are shown as the container numbers them (an idmapped mount,
  /// mount_setattr(2)); otherwise as the host does.
  public var identityMapped = false
  public var creation = Creation.directory

  public init() {}
}

/// One namespace of the container.
public struct NamespaceLaunch: Hashable, Sendable {
  public enum Kind: UInt8, Sendable { case mount, pid, network, ipc, uts, cgroup, user, time }

  public var kind = Kind.mount
  /// An open descriptor of a namespace to join; absent: a fresh one.
  public var join: Int32?

  public init() {}

  public init(_ kind: Kind, join: Int32? = nil) {
    self.kind = kind
    self.join = join
  }
}

/// A device node in the container.
public struct DeviceLaunch: Hashable, Sendable {
  public var path = ""
  /// On the host; bound where nodes cannot be made.
  public var hostPath = ""
  /// S_IFCHR or S_IFBLK with the permission bits.
  public var mode: UInt32 = 0
  public var major: UInt32 = 0
  public var minor: UInt32 = 0
  public var uid: UInt32 = 0
  public var gid: UInt32 = 0

  public init() {}
}

/// The control groups of a container.
public struct CgroupLaunch: Hashable, Sendable {
  public enum Version: UInt8, Sendable { case none, v1, v2 }

  /// One folder that is made for the container, and into which it is put.
  public struct Directory: Hashable, Sendable {
    /// v1: the controllers of the hierarchy; v2: empty.
    public var controllers: [String] = []
    public var path = ""

    public init() {}

    public init(controllers: [String] = [], path: String) {
      self.controllers = controllers
      self.path = path
    }
  }

  /// A file that is written once the folders exist.
  public struct Write: Hashable, Sendable {
    public var path = ""
    public var value = ""
    /// A failure is passed over (the kernel lacks the file): the limit was said to be best-effort.
    public var optional = false

    public init() {}

    public init(path: String, value: String, optional: Bool = false) {
      self.path = path
      self.value = value
      self.optional = optional
    }
  }

  public var version = Version.none
  public var directories: [Directory] = []
  /// In order.
  public var writes: [Write] = []
  /// v2: a BPF_PROG_TYPE_CGROUP_DEVICE program, as `struct bpf_insn` bytes; empty: none.
  public var deviceProgram: [UInt8] = []

  public init() {}

  /// The folder of a controller: `memory`, `freezer`, `pids`. In v2 there is one for all.
  public func directory(of controller: String) -> String? {
    switch version {
    case .none: nil
    case .v1: directories.first { $0.controllers.contains(controller) }?.path
    case .v2: directories.first?.path
    }
  }
}
