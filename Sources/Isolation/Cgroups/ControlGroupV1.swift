import Glibc
import Launch
import Linux

/// A folder in each hierarchy (kernel documentation, admin-guide/cgroup-v1).
struct ControlGroupV1: ControlGroup {
  let launch: CgroupLaunch

  func prepare() throws(LaunchFailure) {
    for directory in launch.directories {
      let isCpuset = directory.controllers.contains("cpuset")
      try make(directory.path, isCpuset: isCpuset)
    }
    try CgroupFiles.apply(launch.writes)
  }

  /// clone3 knows only the unified hierarchy.
  func birthplace() throws(LaunchFailure) -> Descriptor? {
    try prepare()
    return nil
  }

  /// A thread that moves itself needs no lock against others that fork or end; every other move waits for a grace period
  /// of RCU, five to twenty milliseconds (`cgroup_procs_write_start` in the kernel's kernel/cgroup/cgroup.c).
  func enter() throws(LaunchFailure) {
    for directory in launch.directories { try CgroupFiles.enter(directory.path, by: "tasks") }
  }

  func processes() -> [Int32] {
    launch.directories.first.map { CgroupFiles.processes(in: $0.path) } ?? []
  }

  func setFrozen(_ frozen: Bool) throws(LaunchFailure) {
    guard let folder = launch.directory(of: "freezer") else {
      throw LaunchFailure(step: "pausing needs the freezer controller", errno: EOPNOTSUPP)
    }
    let path = folder + "/freezer.state"
    let wanted = frozen ? "FROZEN" : "THAWED"
    let step = frozen ? "freezing" : "thawing"
    // FREEZING may last for ever when a process forks at the wrong moment; saying it again helps.
    for _ in 0..<500 {
      try reporting { () throws(SystemError) in try writeExisting(wanted, to: path, step: step) }
      if (try? readText(path)) == wanted { return }
      Monotonic.sleep(nanoseconds: 2_000_000)
    }
    try? writeExisting("THAWED", to: path)
    throw LaunchFailure(step: step, path: folder, errno: ETIMEDOUT)
  }

  func killAll() {
    // Signals to frozen processes wait until they thaw; sent before, they are the first thing that happens then.
    for pid in processes() { kill(pid, SIGKILL) }
    if let folder = launch.directory(of: "freezer") { try? writeExisting("THAWED", to: folder + "/freezer.state") }
    CgroupFiles.kill(processes)
  }

  func oomKills() -> UInt64 {
    launch.directory(of: "memory").flatMap { CgroupFiles.value(of: "oom_kill", in: $0 + "/memory.oom_control") } ?? 0
  }

  func remove() throws(LaunchFailure) {
    for directory in launch.directories { try CgroupFiles.remove(directory.path) }
  }

  private func make(_ path: String, isCpuset: Bool) throws(LaunchFailure) {
    if mkdir(path, 0o755) != 0 {
      switch errno {
      case EEXIST: break
      case ENOENT:
        try make(splitPath(path).folder, isCpuset: isCpuset)
        return try make(path, isCpuset: isCpuset)
      default: throw LaunchFailure(step: "creating cgroup", path: path, errno: errno)
      }
    }
    if isCpuset { try fillCpuset(path) }
  }

  /// A cpuset without processors and memory nodes takes no process: an empty one gets its parent's. Also one that was
  /// there: another start may have made it and be about to fill it, or may have been killed before it could.
  private func fillCpuset(_ path: String) throws(LaunchFailure) {
    for file in ["cpuset.cpus", "cpuset.mems"] {
      guard (try? readText("\(path)/\(file)")) == "" else { continue }
      let parent = splitPath(path).folder
      try fillCpuset(parent)
      guard let inherited = try? readText("\(parent)/\(file)"), !inherited.isEmpty else { continue }
      try reporting { () throws(SystemError) in try writeExisting(inherited, to: "\(path)/\(file)") }
    }
  }
}
