import Launch
import Linux

extension ControlGroupV1 {
  func statistics() -> CgroupStatistics {
    var found = CgroupStatistics()
    if let folder = launch.directory(of: "cpuacct") {
      found.cpuTotal = CgroupFiles.number(folder + "/cpuacct.usage")
      found.cpuUser = CgroupFiles.number(folder + "/cpuacct.usage_user")
      found.cpuSystem = CgroupFiles.number(folder + "/cpuacct.usage_sys")
      let each = (try? readText(folder + "/cpuacct.usage_percpu")) ?? ""
      found.cpuEach = each.split(separator: " ").compactMap { UInt64($0) }
    }
    if let folder = launch.directory(of: "cpu") {
      found.periods = CgroupFiles.value(of: "nr_periods", in: folder + "/cpu.stat")
      found.throttledPeriods = CgroupFiles.value(of: "nr_throttled", in: folder + "/cpu.stat")
      found.throttledTime = CgroupFiles.value(of: "throttled_time", in: folder + "/cpu.stat")
    }
    if let folder = launch.directory(of: "memory") {
      found.memory = CgroupFiles.number(folder + "/memory.usage_in_bytes")
      found.memoryPeak = CgroupFiles.number(folder + "/memory.max_usage_in_bytes")
      found.memoryFailures = CgroupFiles.number(folder + "/memory.failcnt")
      found.memoryDetails = CgroupFiles.values(in: folder + "/memory.stat")
      found.inactiveFile = found.memoryDetails["total_inactive_file"]
      // No limit reads as the largest number of pages that fits.
      found.memoryLimit = CgroupFiles.number(folder + "/memory.limit_in_bytes").flatMap { $0 < 1 << 62 ? $0 : nil }
    }
    if let folder = launch.directory(of: "pids") {
      found.pids = CgroupFiles.number(folder + "/pids.current")
      found.pidsLimit = CgroupFiles.number(folder + "/pids.max")
    }
    if let folder = launch.directory(of: "blkio") {
      found.blockBytes = entries(folder + "/blkio.throttle.io_service_bytes_recursive")
      found.blockOperations = entries(folder + "/blkio.throttle.io_serviced_recursive")
      found.blockRead = found.blockBytes.filter { $0.operation == "read" }.reduce(0) { $0 + $1.value }
      found.blockWritten = found.blockBytes.filter { $0.operation == "write" }.reduce(0) { $0 + $1.value }
    }
    return found
  }

  /// `8:0 Read 4096`
  private func entries(_ path: String) -> [CgroupStatistics.BlockEntry] {
    ((try? readText(path)) ?? "").split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count == 3, ["Read", "Write"].contains(fields[1]) else { return nil }
      return .init(fields[0], fields[1].lowercased(), UInt64(fields[2]))
    }
  }
}
