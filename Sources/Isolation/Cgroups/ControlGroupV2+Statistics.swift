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
    found.periods = CgroupFiles.value(of: "nr_periods", in: folder + "/cpu.stat")
    found.throttledPeriods = CgroupFiles.value(of: "nr_throttled", in: folder + "/cpu.stat")
    found.throttledTime = microseconds("throttled_usec")
    found.memory = CgroupFiles.number(folder + "/memory.current")
    found.memoryDetails = CgroupFiles.values(in: folder + "/memory.stat")
    found.inactiveFile = found.memoryDetails["inactive_file"]
    found.memoryLimit = CgroupFiles.number(folder + "/memory.max")
    found.pids = CgroupFiles.number(folder + "/pids.current")
    found.pidsLimit = CgroupFiles.number(folder + "/pids.max")
    // `8:0 rbytes=1 wbytes=2 rios=3 …`
    for line in ((try? readText(folder + "/io.stat")) ?? "").split(separator: "\n") {
      let fields = line.split(separator: " ")
      for field in fields.dropFirst() {
        let pair = field.split(separator: "=")
        guard pair.count == 2, let value = UInt64(pair[1]) else { continue }
        let operation = pair[0].hasPrefix("r") ? "read" : "write"
        guard let entry = CgroupStatistics.BlockEntry(fields[0], operation, value) else { continue }
        switch pair[0] {
        case "rbytes", "wbytes": found.blockBytes.append(entry)
        case "rios", "wios": found.blockOperations.append(entry)
        default: break
        }
      }
    }
    found.blockRead = found.blockBytes.filter { $0.operation == "read" }.reduce(0) { $0 + $1.value }
    found.blockWritten = found.blockBytes.filter { $0.operation == "write" }.reduce(0) { $0 + $1.value }
    return found
  }
}
