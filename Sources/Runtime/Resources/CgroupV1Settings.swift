import Diagnostics
import Spec

/// Limits in the words of the older controllers (kernel documentation, admin-guide/cgroup-v1).
struct CgroupV1Settings {
  private(set) var list: [CgroupSetting] = []

  init(_ resources: ResourceSpec, devices: [DeviceRule], deviceNumbers: (String) throws(Failure) -> String)
    throws(Failure)
  {
    addProcessors(resources)
    addMemory(resources)
    if let pids = resources.pids, pids != 0 { set("pids", "pids.max", pids < 0 ? "max" : "\(pids)") }
    try addBlocks(resources, deviceNumbers)
    // A new folder allows what its parent does.
    if !devices.isEmpty, !devices.contains(where: { $0.kind == .all }) {
      set("devices", "devices.deny", "a")
      for rule in devices { set("devices", "devices.allow", rule.text) }
    }
  }

  private mutating func addProcessors(_ resources: ResourceSpec) {
    if let shares = resources.cpuShares, shares > 0 { set("cpu", "cpu.shares", "\(shares)") }
    let (quota, period) = resources.bandwidth
    if let period { set("cpu", "cpu.cfs_period_us", "\(period)") }
    if let quota { set("cpu", "cpu.cfs_quota_us", "\(quota)") }
    if let period = resources.cpuRealtimePeriod, period > 0 { set("cpu", "cpu.rt_period_us", "\(period)") }
    if let runtime = resources.cpuRealtimeRuntime, runtime > 0 { set("cpu", "cpu.rt_runtime_us", "\(runtime)") }
    if let cpuset = resources.cpuset, !cpuset.isEmpty { set("cpuset", "cpuset.cpus", cpuset) }
    if let nodes = resources.cpusetMems, !nodes.isEmpty { set("cpuset", "cpuset.mems", nodes) }
  }

  private mutating func addMemory(_ resources: ResourceSpec) {
    if let memory = resources.memory, memory != 0 { set("memory", "memory.limit_in_bytes", "\(memory)") }
    // The kernel demands that it is not below the other; the file is only there with swap accounting.
    if let both = resources.memoryAndSwap { set("memory", "memory.memsw.limit_in_bytes", "\(both)", optional: true) }
    if let reservation = resources.memoryReservation, reservation > 0 {
      set("memory", "memory.soft_limit_in_bytes", "\(reservation)")
    }
    if let swappiness = resources.memorySwappiness, swappiness >= 0 {
      set("memory", "memory.swappiness", "\(swappiness)")
    }
    if resources.oomKillDisable { set("memory", "memory.oom_control", "1") }
  }

  private mutating func addBlocks(_ resources: ResourceSpec, _ numbers: (String) throws(Failure) -> String)
    throws(Failure)
  {
    // Only some schedulers know weights, and under two names.
    if let weight = resources.blkioWeight, weight > 0 {
      set("blkio", "blkio.weight", "\(weight)", optional: true)
      set("blkio", "blkio.bfq.weight", "\(weight)", optional: true)
    }
    for device in resources.blkioWeightDevices {
      set("blkio", "blkio.weight_device", "\(try numbers(device.path)) \(device.value)", optional: true)
      set("blkio", "blkio.bfq.weight_device", "\(try numbers(device.path)) \(device.value)", optional: true)
    }
    for (file, devices) in [
      ("read_bps_device", resources.deviceReadBps), ("write_bps_device", resources.deviceWriteBps),
      ("read_iops_device", resources.deviceReadIops), ("write_iops_device", resources.deviceWriteIops),
    ] {
      for device in devices {
        set("blkio", "blkio.throttle.\(file)", "\(try numbers(device.path)) \(device.value)")
      }
    }
  }

  private mutating func set(_ controller: String, _ file: String, _ value: String, optional: Bool = false) {
    list.append(CgroupSetting(controller: controller, file: file, value: value, optional: optional))
  }
}
