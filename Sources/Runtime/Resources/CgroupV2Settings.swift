import Diagnostics
import Spec

/// Limits in the words of the unified hierarchy (kernel documentation, admin-guide/cgroup-v2). Values that have another
/// scale there are converted as runc and crun do, so that a file means the same everywhere.
struct CgroupV2Settings {
  private(set) var list: [CgroupSetting] = []
  private(set) var warnings: [Warning] = []

  init(_ resources: ResourceSpec, deviceNumbers: (String) throws(Failure) -> String) throws(Failure) {
    addProcessors(resources)
    addMemory(resources)
    if let pids = resources.pids, pids != 0 { set("pids.max", pids < 0 ? "max" : "\(pids)") }
    try addBlocks(resources, deviceNumbers)
  }

  private mutating func addProcessors(_ resources: ResourceSpec) {
    // 2…262144 onto 1…10000.
    if let shares = resources.cpuShares, shares > 0 {
      set("cpu.weight", "\(1 + (min(max(shares, 2), 262_144) - 2) * 9999 / 262_142)")
    }
    let (quota, period) = resources.bandwidth
    if quota != nil || period != nil {
      let most = quota.map { $0 > 0 ? "\($0)" : "max" } ?? "max"
      set("cpu.max", "\(most) \(period ?? 100_000)")
    }
    if resources.cpuRealtimeRuntime ?? 0 > 0 || resources.cpuRealtimePeriod ?? 0 > 0 {
      warn("cpu_rt_runtime and cpu_rt_period")
    }
    if let cpuset = resources.cpuset, !cpuset.isEmpty { set("cpuset.cpus", cpuset) }
    if let nodes = resources.cpusetMems, !nodes.isEmpty { set("cpuset.mems", nodes) }
  }

  private mutating func addMemory(_ resources: ResourceSpec) {
    if let memory = resources.memory, memory != 0 { set("memory.max", memory < 0 ? "max" : "\(memory)") }
    if let both = resources.memoryAndSwap {
      // Here swap is counted alone.
      let swap = both < 0 ? "max" : "\(max(both - max(resources.memory ?? 0, 0), 0))"
      set("memory.swap.max", swap, optional: true)
    }
    if let reservation = resources.memoryReservation, reservation > 0 { set("memory.low", "\(reservation)") }
    if resources.memorySwappiness ?? -1 >= 0 { warn("mem_swappiness") }
    if resources.oomKillDisable { warn("oom_kill_disable") }
  }

  private mutating func addBlocks(_ resources: ResourceSpec, _ numbers: (String) throws(Failure) -> String)
    throws(Failure)
  {
    // 10…1000 onto 1…10000 for `io.weight`; the scheduler that knows weights takes them as they are.
    func scaled(_ weight: Int64) -> Int64 { 1 + (weight - 10) * 9999 / 990 }
    if let weight = resources.blkioWeight, weight > 0 {
      set("io.bfq.weight", "\(weight)", optional: true)
      set("io.weight", "default \(scaled(weight))", optional: true)
    }
    for device in resources.blkioWeightDevices {
      set("io.bfq.weight", "\(try numbers(device.path)) \(device.value)", optional: true)
    }
    for (key, devices) in [
      ("rbps", resources.deviceReadBps), ("wbps", resources.deviceWriteBps), ("riops", resources.deviceReadIops),
      ("wiops", resources.deviceWriteIops),
    ] {
      for device in devices { set("io.max", "\(try numbers(device.path)) \(key)=\(device.value)") }
    }
  }

  private mutating func set(_ file: String, _ value: String, optional: Bool = false) {
    list.append(CgroupSetting(file: file, value: value, optional: optional))
  }

  private mutating func warn(_ attribute: String) {
    warnings.append(Warning("\(attribute): control groups of version 2 have no such limit, it has no effect"))
  }
}
