import Launch
import Linux

extension ControlGroupV2 {
  func statistics() -> CgroupStatistics {
    var found = CgroupStatistics()
    guard let folder = launch.directories.first?.path else { return found }
    func microseconds(_ key: String) -> UInt64? {
      CgroupFiles.value(of: key, in: folder + "/cpu.stat").map { $0 * 1000 }
    }
    found.cpuTotal = microseconds("usage_usec")
    found.cpuUser = microseconds("user_usec")
    found.cpuSystem = microseconds("system_usec")
    found.throttledPeriods = CgroupFiles.value(of: "nr_throttled", in: folder + "/cpu.stat")
    found.throttledTime = microseconds("throttled_usec")
    found.memory = CgroupFiles.number(folder + "/memory.current")
    found.inactiveFile = CgroupFiles.value(of: "inactive_file", in: folder + "/memory.stat")
    found.memoryLimit = CgroupFiles.number(folder + "/memory.max")
    found.pids = CgroupFiles.number(folder + "/pids.current")
    found.pidsLimit = CgroupFiles.number(folder + "/pids.max")
    // `8:0 rbytes=1 wbytes=2 rios=3 …`
    for field in ((try? readText(folder + "/io.stat")) ?? "").split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      let pair = field.split(separator: "=")
      guard pair.count == 2, let bytes = UInt64(pair[1]) else { continue }
      if pair[0] == "rbytes" { found.blockRead = (found.blockRead ?? 0) + bytes }
      if pair[0] == "wbytes" { found.blockWritten = (found.blockWritten ?? 0) + bytes }
    }
    return found
  }
}
