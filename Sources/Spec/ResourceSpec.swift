/// Limits of a container, in the kernel's units.
public struct ResourceSpec: Codable, Hashable, Sendable {
  /// Billionths of a processor: `cpus: 1.5` is 1_500_000_000.
  public var nanoCPUs: Int64?
  public var cpuShares: Int64?
  /// Microseconds.
  public var cpuQuota: Int64?
  /// Microseconds.
  public var cpuPeriod: Int64?
  public var cpuRealtimeRuntime: Int64?
  public var cpuRealtimePeriod: Int64?
  /// `0-3,6`
  public var cpuset: String?
  /// Memory nodes: `0-1`.
  public var cpusetMems: String?
  /// Bytes.
  public var memory: Int64?
  /// Bytes, memory and swap together; -1 for no limit.
  public var memorySwap: Int64?
  /// Bytes.
  public var memoryReservation: Int64?
  /// 0 to 100.
  public var memorySwappiness: Int64?
  /// -1 for no limit.
  public var pids: Int64?
  public var oomKillDisable = false
  /// -1000 to 1000.
  public var oomScoreAdj: Int64?
  /// 10 to 1000.
  public var blkioWeight: Int64?
  public var blkioWeightDevices: [DeviceValue] = []
  public var deviceReadBps: [DeviceValue] = []
  public var deviceWriteBps: [DeviceValue] = []
  public var deviceReadIops: [DeviceValue] = []
  public var deviceWriteIops: [DeviceValue] = []

  /// A rate or weight of one block device.
  public struct DeviceValue: Codable, Hashable, Sendable {
    public var path: String
    public var value: Int64

    public init(path: String, value: Int64) {
      self.path = path
      self.value = value
    }
  }

  public init() {}

  enum CodingKeys: String, CodingKey {
    case nanoCPUs = "cpus"
    case cpuShares = "cpu_shares"
    case cpuQuota = "cpu_quota"
    case cpuPeriod = "cpu_period"
    case cpuRealtimeRuntime = "cpu_rt_runtime"
    case cpuRealtimePeriod = "cpu_rt_period"
    case cpuset
    case cpusetMems = "cpuset_mems"
    case memory = "mem_limit"
    case memorySwap = "memswap_limit"
    case memoryReservation = "mem_reservation"
    case memorySwappiness = "mem_swappiness"
    case pids = "pids_limit"
    case oomKillDisable = "oom_kill_disable"
    case oomScoreAdj = "oom_score_adj"
    case blkioWeight = "blkio_weight"
    case blkioWeightDevices = "blkio_weight_device"
    case deviceReadBps = "device_read_bps"
    case deviceWriteBps = "device_write_bps"
    case deviceReadIops = "device_read_iops"
    case deviceWriteIops = "device_write_iops"
  }
}

/// setrlimit(2); -1 is unlimited.
public struct Ulimit: Codable, Hashable, Sendable {
  public var soft: Int64
  public var hard: Int64

  public init(soft: Int64, hard: Int64) {
    self.soft = soft
    self.hard = hard
  }
}

/// A host device made available.
public struct DeviceSpec: Codable, Hashable, Sendable {
  public var source: String
  public var target: String
  /// Of `r`, `w`, `m`.
  public var permissions: String
  /// Of the node in the container; those of the host's where absent.
  public var mode: UInt32?
  public var uid: UInt32?
  public var gid: UInt32?

  public init(source: String, target: String, permissions: String = "rwm") {
    self.source = source
    self.target = target
    self.permissions = permissions
  }
}
