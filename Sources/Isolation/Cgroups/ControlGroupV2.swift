import Glibc
import Launch
import Linux

/// One folder in the unified hierarchy (kernel documentation, admin-guide/cgroup-v2).
struct ControlGroupV2: ControlGroup {
  let launch: CgroupLaunch

  private var folder: String { launch.directories.first?.path ?? "" }

  func prepare() throws(LaunchFailure) {
    try make(folder)
    // Another start may have made the folders above and not yet have passed the controllers on.
    if launch.writes.contains(where: { !$0.optional && !FileStatus.exists($0.path) }) {
      passControllers(to: splitPath(folder).folder)
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

  func enter() throws(LaunchFailure) { try CgroupFiles.enter(folder, by: "cgroup.procs") }

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
    // Only what outruns signals is killed by `cgroup.kill` (Linux 5.14): after that, kernels compare the number of such
    // kills with that of the parent's cgroup, and kill every child that is born here by CLONE_INTO_CGROUP.
    if CgroupFiles.kill(processes) { return }
    try? writeExisting("1", to: folder + "/cgroup.kill")
  }

  func oomKills() -> UInt64 { CgroupFiles.value(of: "oom_kill", in: folder + "/memory.events") ?? 0 }

  func remove() throws(LaunchFailure) { try CgroupFiles.remove(folder) }

  private func make(_ path: String) throws(LaunchFailure) {
    if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    let parent = splitPath(path).folder
    guard errno == ENOENT, parent != path else {
      throw LaunchFailure(step: "creating cgroup", path: path, errno: errno)
    }
    try make(parent)
    passControllers(to: parent)
    try make(path)
  }

  /// Lets every controller that the machine has through to the folders below: one that is not passed on has no files
  /// there. One by one, because a controller that cannot be had must not keep the others away.
  private func passControllers(to path: String) {
    guard FileStatus.exists(path + "/cgroup.controllers") else { return }
    passControllers(to: splitPath(path).folder)
    for controller in ((try? readText(path + "/cgroup.controllers")) ?? "").split(separator: " ") {
      try? writeExisting("+\(controller)", to: path + "/cgroup.subtree_control")
    }
  }
}
