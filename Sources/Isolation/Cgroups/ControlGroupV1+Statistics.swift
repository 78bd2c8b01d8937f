import Launch
import Linux

extension ControlGroupV1 {
  func statistics() -> CgroupStatistics {
    var found = CgroupStatistics()
    if let folder = launch.directory(of: "cpuacct") {
      found.cpuTotal = CgroupFiles.number(folder + "/cpuacct.usage")
      found.cpuUser = CgroupFiles.number(folder + "/cpuacct.usage_user")
      found.cpuSystem = CgroupFiles.number(folder + "/cpuacct.usage_sys")
    }
    if let folder = launch.directory(of: "cpu") {
      found.throttledPeriods = CgroupFiles.value(of: "nr_throttled", in: folder + "/cpu.stat")
      found.throttledTime = CgroupFiles.value(of: "throttled_time", in: folder + "/cpu.stat")
    }
    if let folder = launch.directory(of: "memory") {
      found.memory = CgroupFiles.number(folder + "/memory.usage_in_bytes")
      found.inactiveFile = CgroupFiles.value(of: "total_inactive_file", in: folder + "/memory.stat")
      // No limit reads as the largest number of pages that fits.
      found.memoryLimit = CgroupFiles.number(folder + "/memory.limit_in_bytes").flatMap { $0 < 1 << 62 ? $0 : nil }
    }
    if let folder = launch.directory(of: "pids") {
      found.pids = CgroupFiles.number(folder + "/pids.current")
      found.pidsLimit = CgroupFiles.number(folder + "/pids.max")
    }
    if let folder = launch.directory(of: "blkio"),
      let text = try? readText(folder + "/blkio.throttle.io_service_bytes_recursive")
    {
      // `8:0 Read 4096`
      for line in text.split(separator: "\n") {
        let fields = line.split(separator: " ")
        guard fields.count == 3, let bytes = UInt64(fields[2]) else { continue }
        if fields[1] == "Read" { found.blockRead = (found.blockRead ?? 0) + bytes }
        if fields[1] == "Write" { found.blockWritten = (found.blockWritten ?? 0) + bytes }
      }
    }
    return found
  }
}
