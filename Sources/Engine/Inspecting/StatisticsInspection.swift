import Isolation
import Linux

extension ContainerStatistics {
  /// In the shape of Docker's `GET /containers/{id}/stats`, as JSON text on one line.
  /// - Parameter previous: the sample before, from which clients reckon percentages.
  public func json(after previous: ContainerStatistics?) throws -> String {
    let none = "0001-01-01T00:00:00Z"
    var value: [String: JSONValue] = [
      "id": .string(id), "name": .string("/\(name)"), "read": .string(time.description),
      "preread": .string(previous?.time.description ?? none), "num_procs": 0, "storage_stats": [:],
      "cpu_stats": cpu, "precpu_stats": previous?.cpu ?? Self.noCPU, "memory_stats": memory, "blkio_stats": block,
      "pids_stats": pids,
    ]
    if !networks.isEmpty { value["networks"] = .object(networks.mapValues(Self.network)) }
    return try JSONValue.object(value).compact()
  }

  private static let noCPU: JSONValue = [
    "cpu_usage": ["total_usage": 0, "usage_in_kernelmode": 0, "usage_in_usermode": 0],
    "throttling_data": ["periods": 0, "throttled_periods": 0, "throttled_time": 0],
  ]

  private var cpu: JSONValue {
    guard let total = cgroup.cpuTotal else { return Self.noCPU }
    var usage: [String: JSONValue] = [
      "total_usage": .init(total), "usage_in_kernelmode": .init(cgroup.cpuSystem ?? 0),
      "usage_in_usermode": .init(cgroup.cpuUser ?? 0),
    ]
    if !cgroup.cpuEach.isEmpty { usage["percpu_usage"] = .array(cgroup.cpuEach.map { .init($0) }) }
    return [
      "cpu_usage": .object(usage), "system_cpu_usage": .init(systemCPU), "online_cpus": .init(processors),
      "throttling_data": [
        "periods": .init(cgroup.periods ?? 0), "throttled_periods": .init(cgroup.throttledPeriods ?? 0),
        "throttled_time": .init(cgroup.throttledTime ?? 0),
      ],
    ]
  }

  private var memory: JSONValue {
    guard let usage = cgroup.memory else { return [:] }
    var memory: [String: JSONValue] = [
      "usage": .init(usage), "limit": .init(memoryLimit),
      "stats": .object(cgroup.memoryDetails.mapValues { .init(Int64(clamping: $0)) }),
    ]
    if let peak = cgroup.memoryPeak { memory["max_usage"] = .init(peak) }
    if let failures = cgroup.memoryFailures { memory["failcnt"] = .init(failures) }
    return .object(memory)
  }

  private var block: JSONValue {
    func entries(_ entries: [CgroupStatistics.BlockEntry]) -> JSONValue {
      .array(
        entries.map {
          ["major": .init($0.major), "minor": .init($0.minor), "op": .string($0.operation), "value": .init($0.value)]
        })
    }
    return [
      "io_service_bytes_recursive": entries(cgroup.blockBytes),
      "io_serviced_recursive": entries(cgroup.blockOperations),
      "io_queue_recursive": nil, "io_service_time_recursive": nil, "io_wait_time_recursive": nil,
      "io_merged_recursive": nil, "io_time_recursive": nil, "sectors_recursive": nil,
    ]
  }

  private var pids: JSONValue {
    guard let current = cgroup.pids else { return [:] }
    // No limit reads as the largest number.
    return ["current": .init(current), "limit": cgroup.pidsLimit.map { .init($0) } ?? .unsigned(.max)]
  }

  private static func network(_ counters: NetworkCounters) -> JSONValue {
    [
      "rx_bytes": .init(counters.receivedBytes), "rx_packets": .init(counters.receivedPackets),
      "rx_errors": .init(counters.receivedErrors), "rx_dropped": .init(counters.receivedDropped),
      "tx_bytes": .init(counters.sentBytes), "tx_packets": .init(counters.sentPackets),
      "tx_errors": .init(counters.sentErrors), "tx_dropped": .init(counters.sentDropped),
    ]
  }
}

extension ContainerStatistics {
  /// Bytes that it may use: its own limit, or what the machine has.
  public var memoryLimit: UInt64 { min(cgroup.memoryLimit ?? .max, machineMemory) }

  /// Bytes without the page cache that could be dropped at once, as `docker stats` shows it.
  public var memoryInUse: UInt64 {
    let (usage, cache) = (cgroup.memory ?? 0, cgroup.inactiveFile ?? 0)
    return cache < usage ? usage - cache : usage
  }

  /// Of one processor's time between two samples: 200 is two processors.
  public func cpuPercent(since previous: ContainerStatistics) -> Double {
    let used = Double(cgroup.cpuTotal ?? 0) - Double(previous.cgroup.cpuTotal ?? 0)
    let passed = Double(systemCPU) - Double(previous.systemCPU)
    return used > 0 && passed > 0 ? used / passed * Double(processors) * 100 : 0
  }
}
