@testable import Isolation
import Launch
import Linux

/// A small container with one of everything.
func sampleContainer() -> ContainerLaunch {
  var container = ContainerLaunch()
  container.id = "c1"
  container.hostname = "web"
  container.root.lower = ["/layers/b", "/layers/a"]
  container.root.upper = "/c1/upper"
  container.root.work = "/c1/work"
  container.root.mountPoint = "/c1/root"
  container.namespaces = [
    .init(.mount), .init(.pid), .init(.ipc), .init(.uts), .init(.network, join: 7), .init(.cgroup),
  ]
  container.mounts = [
    fileSystem("proc", "/proc", [.noSetUserID, .noDevices, .noExecute]),
    fileSystem("tmpfs", "/dev", [.noSetUserID, .strictAccessTimes], "mode=755,size=65536k"),
    fileSystem("devpts", "/dev/pts", [.noSetUserID, .noExecute], "newinstance"),
    cgroupMount(),
    bind("volume data", "/volumes/data", "/data", []),
    bind("secret token", "/files/0", "/run/secrets/token", .readOnly, file: true),
  ]
  var null = DeviceLaunch()
  null.path = "/dev/null"
  null.hostPath = "/dev/null"
  null.mode = 0o020666
  (null.major, null.minor) = (1, 3)
  container.devices = [null]
  container.sysctls = [NamedValue("net.core.somaxconn", "4096")]
  container.readOnlyPaths = ["/proc/sys"]
  container.maskedPaths = ["/proc/kcore", "/sys/firmware"]
  container.cgroup.version = .v2
  container.cgroup.directories = [.init(path: "/sys/fs/cgroup/davit/c1")]
  return container
}

func fileSystem(_ type: String, _ target: String, _ flags: MountFlags, _ data: String = "") -> MountLaunch {
  var mount = MountLaunch()
  mount.kind = .fileSystem
  mount.subject = type
  mount.fileSystem = type
  mount.target = target
  mount.flags = flags.rawValue
  mount.data = data
  return mount
}

func bind(_ subject: String, _ source: String, _ target: String, _ flags: MountFlags, file: Bool = false)
  -> MountLaunch
{
  var mount = MountLaunch()
  mount.subject = subject
  mount.source = source
  mount.target = target
  mount.flags = flags.rawValue
  if file { mount.creation = .file }
  return mount
}

func cgroupMount() -> MountLaunch {
  var mount = MountLaunch()
  mount.kind = .cgroup
  mount.subject = "cgroup"
  mount.target = "/sys/fs/cgroup"
  mount.flags = MountFlags.readOnly.rawValue
  return mount
}
