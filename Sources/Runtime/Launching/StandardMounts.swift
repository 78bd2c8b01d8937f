import Launch
import Linux
import Spec

/// The file systems that every container has, with Docker's options (runtime specification, config-linux.md).
enum StandardMounts {
  /// The default size of /dev/shm.
  static let sharedMemorySize: Int64 = 64 << 20

  private static let usual: MountFlags = [.noSetUserID, .noDevices, .noExecute]

  /// - Parameter sharedMemory: the number of the mount namespace whose /dev/shm goes with a joined ipc namespace.
  static func all(_ spec: ContainerSpec, sharedMemory: Int32?) -> [MountLaunch] {
    let readOnly: MountFlags = spec.privileged ? [] : .readOnly
    var mounts = [
      fileSystem("proc", "/proc", usual),
      fileSystem("tmpfs", "/dev", [.noSetUserID, .strictAccessTimes], "mode=755,size=65536k"),
      fileSystem("devpts", "/dev/pts", [.noSetUserID, .noExecute], "newinstance,ptmxmode=0666,mode=0620,gid=5"),
    ]
    switch spec.ipc {
    case .none: break
    case .host: mounts.append(bind("/dev/shm", "/dev/shm"))
    case .container:
      var shared = bind("/dev/shm", "/dev/shm")
      shared.subject = "the other container's /dev/shm"
      shared.sourceNamespace = sharedMemory
      if sharedMemory != nil { mounts.append(shared) }
    case .private, .shareable:
      mounts.append(fileSystem("tmpfs", "/dev/shm", usual, "mode=1777,size=\(spec.shmSize ?? sharedMemorySize)"))
    }
    // Shows the queues of whatever ipc namespace it is mounted in.
    mounts.append(fileSystem("mqueue", "/dev/mqueue", usual))
    mounts.append(fileSystem("sysfs", "/sys", usual.union(readOnly)))
    // Last, because a container must be in its cgroup by then: joining it goes on beside all the others.
    var cgroup = MountLaunch()
    cgroup.kind = .cgroup
    cgroup.subject = "cgroup"
    cgroup.target = "/sys/fs/cgroup"
    cgroup.flags = usual.union(readOnly).rawValue
    mounts.append(cgroup)
    return mounts
  }

  private static func fileSystem(_ type: String, _ target: String, _ flags: MountFlags, _ data: String = "")
    -> MountLaunch
  {
    var mount = MountLaunch()
    mount.kind = .fileSystem
    mount.subject = type
    mount.fileSystem = type
    mount.target = target
    mount.flags = flags.rawValue
    mount.data = data
    return mount
  }

  private static func bind(_ source: String, _ target: String) -> MountLaunch {
    var mount = MountLaunch()
    mount.subject = "the host's \(source)"
    mount.source = source
    mount.target = target
    return mount
  }
}
