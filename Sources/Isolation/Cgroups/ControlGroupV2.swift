import Glibc
import Launch
import Linux

/// One folder in the unified hierarchy (kernel documentation, admin-guide/cgroup-v2).
struct ControlGroupV2: ControlGroup {
  let launch: CgroupLaunch

  private var folder: String { launch.directories.first?.path ?? "" }

  func prepare() throws(LaunchFailure) {
    if mkdir(folder, 0o755) != 0, errno != EEXIST {
      guard errno == ENOENT else { throw LaunchFailure(step: "creating cgroup", path: folder, errno: errno) }
      try makeParents(splitPath(folder).folder)
      if mkdir(folder, 0o755) != 0, errno != EEXIST {
        throw LaunchFailure(step: "creating cgroup", path: folder, errno: errno)
      }
    }
    try CgroupFiles.apply(launch.writes)
    if !launch.deviceProgram.isEmpty {
      try during("limiting the devices of", folder) { () throws(SystemError) in
        try DeviceProgram.attach(launch.deviceProgram, to: Descriptor.open(folder, [.directory]))
      }
    }
  }

  func birthplace() throws(LaunchFailure) -> Descriptor? {
    try prepare()
    guard Kernel.has(.clone3), Kernel.has(.cloneIntoCgroup) else { return nil }
    return try reporting { () throws(SystemError) in try Descriptor.open(folder, .anchor) }
  }

  func add(_ pid: Int32) throws(LaunchFailure) { try CgroupFiles.addProcess(pid, to: folder) }

  func processes() -> [Int32] { CgroupFiles.processes(in: folder) }

  func setFrozen(_ frozen: Bool) throws(LaunchFailure) {
    let step = frozen ? "freezing" : "thawing"
    try reporting { () throws(SystemError) in
      try writeExisting(frozen ? "1" : "0", to: folder + "/cgroup.freeze", step: step)
    }
    for _ in 0..<1000 {
      if CgroupFiles.value(of: "frozen", in: folder + "/cgroup.events") == (frozen ? 1 : 0) { return }
      Monotonic.sleep(nanoseconds: 1_000_000)
    }
    if frozen { try? writeExisting("0", to: folder + "/cgroup.freeze") }
    throw LaunchFailure(step: step, path: folder, errno: ETIMEDOUT)
  }

  func killAll() {
    // Linux 5.14
    do { try writeExisting("1", to: folder + "/cgroup.kill") } catch { CgroupFiles.kill(processes) }
  }

  func oomKills() -> UInt64 { CgroupFiles.value(of: "oom_kill", in: folder + "/memory.events") ?? 0 }

  func remove() throws(LaunchFailure) { try CgroupFiles.remove(folder) }

  /// Makes the folders above and lets every controller through that the machine has: a controller that is not passed
  /// on has no files below.
  private func makeParents(_ path: String) throws(LaunchFailure) {
    let parent = splitPath(path).folder
    if mkdir(path, 0o755) != 0, errno != EEXIST {
      guard errno == ENOENT, parent != path else {
        throw LaunchFailure(step: "creating cgroup", path: path, errno: errno)
      }
      try makeParents(parent)
      if mkdir(path, 0o755) != 0, errno != EEXIST {
        throw LaunchFailure(step: "creating cgroup", path: path, errno: errno)
      }
    }
    passControllers(parent)
    passControllers(path)
  }

  /// One by one: a controller that cannot be had must not keep the others away.
  private func passControllers(_ path: String) {
    guard let available = try? readText(path + "/cgroup.controllers") else { return }
    for controller in available.split(separator: " ") {
      try? writeExisting("+\(controller)", to: path + "/cgroup.subtree_control")
    }
  }
}
