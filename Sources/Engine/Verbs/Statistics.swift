import Diagnostics
import Glibc
import Isolation
import Linux

/// What a container uses at one moment, and of what. Counters only grow.
public struct ContainerStatistics: Hashable, Sendable {
  public var id: String
  public var name: String
  public var time: Timestamp
  /// All zero for one that does not run.
  public var cgroup = CgroupStatistics()
  public var isUnified = false
  /// Nanoseconds of all processors of the machine together, idle ones included.
  public var systemCPU: UInt64 = 0
  public var processors = 1
  /// Bytes of the machine.
  public var machineMemory: UInt64 = 0
  /// By interface name.
  public var networks: [String: NetworkCounters] = [:]

  public init(id: String, name: String, time: Timestamp) {
    self.id = id
    self.name = name
    self.time = time
  }
}

/// What went through an interface, as /proc/net/dev has it.
public struct NetworkCounters: Hashable, Sendable {
  public var receivedBytes: UInt64 = 0
  public var receivedPackets: UInt64 = 0
  public var receivedErrors: UInt64 = 0
  public var receivedDropped: UInt64 = 0
  public var sentBytes: UInt64 = 0
  public var sentPackets: UInt64 = 0
  public var sentErrors: UInt64 = 0
  public var sentDropped: UInt64 = 0
}

extension Engine {
  /// One sample; of a container that does not run, one without counters.
  public func statistics(of id: String) throws -> ContainerStatistics {
    let record = try record(id)
    var statistics = ContainerStatistics(id: record.id, name: record.name, time: .now())
    guard case .alive(let state) = LiveState.of(host.container(record.id)) else { return statistics }
    let group = try controlGroup(of: record)
    statistics.cgroup = group.statistics()
    statistics.isUnified = group.launch.version == .v2
    statistics.systemCPU = Self.systemCPU()
    statistics.processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    statistics.machineMemory = UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    if state.pid > 0, record.spec.networkMode != .host {
      statistics.networks = NetworkCounters.read("/proc/\(state.pid)/net/dev")
    }
    return statistics
  }

  /// The first line of proc_stat(5): user, nice, system, idle, iowait, irq, softirq.
  private static func systemCPU() -> UInt64 {
    guard let line = (try? readText("/proc/stat"))?.split(separator: "\n", maxSplits: 1).first else { return 0 }
    let ticks = line.split(separator: " ").dropFirst().prefix(7).compactMap { UInt64($0) }.reduce(0, +)
    return ticks * (1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK))))
  }
}

extension NetworkCounters {
  /// All interfaces but the loopback.
  static func read(_ path: String) -> [String: NetworkCounters] {
    var found: [String: NetworkCounters] = [:]
    for line in ((try? readText(path)) ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let name = String(parts[0].drop { $0 == " " })
      let numbers = parts[1].split(separator: " ").map { UInt64($0) ?? 0 }
      guard name != "lo", numbers.count >= 12 else { continue }
      found[name] = NetworkCounters(
        receivedBytes: numbers[0], receivedPackets: numbers[1], receivedErrors: numbers[2],
        receivedDropped: numbers[3], sentBytes: numbers[8], sentPackets: numbers[9], sentErrors: numbers[10],
        sentDropped: numbers[11])
    }
    return found
  }
}
