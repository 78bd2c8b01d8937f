/// The limits in `HostConfig`, which `POST /containers/{id}/update` has by themselves.
public struct ResourcesBody: Decodable, Sendable {
  public var cpuShares: Int64?
  public var memory: Int64?
  public var nanoCPUs: Int64?
  public var blkioWeight: Int64?
  public var blkioWeightDevices: [WeightDevice]?
  public var deviceReadBps: [ThrottleDevice]?
  public var deviceWriteBps: [ThrottleDevice]?
  public var deviceReadIops: [ThrottleDevice]?
  public var deviceWriteIops: [ThrottleDevice]?
  public var cpuPeriod: Int64?
  public var cpuQuota: Int64?
  public var cpuRealtimePeriod: Int64?
  public var cpuRealtimeRuntime: Int64?
  public var cpusetCpus: String?
  public var cpusetMems: String?
  public var kernelMemory: Int64?
  public var memoryReservation: Int64?
  public var memorySwap: Int64?
  public var memorySwappiness: Int64?
  public var oomKillDisable: Bool?
  public var oomScoreAdj: Int64?
  public var pidsLimit: Int64?
  public var ulimits: [UlimitBody]?

  public struct WeightDevice: Decodable, Sendable {
    public var path: String
    public var weight: Int64

    enum CodingKeys: String, CodingKey {
      case path = "Path"
      case weight = "Weight"
    }
  }

  public struct ThrottleDevice: Decodable, Sendable {
    public var path: String
    public var rate: Int64

    enum CodingKeys: String, CodingKey {
      case path = "Path"
      case rate = "Rate"
    }
  }

  public struct UlimitBody: Decodable, Sendable {
    public var name: String
    public var soft: Int64
    public var hard: Int64

    enum CodingKeys: String, CodingKey {
      case name = "Name"
      case soft = "Soft"
      case hard = "Hard"
    }
  }

  enum CodingKeys: String, CodingKey {
    case cpuShares = "CpuShares"
    case memory = "Memory"
    case nanoCPUs = "NanoCpus"
    case blkioWeight = "BlkioWeight"
    case blkioWeightDevices = "BlkioWeightDevice"
    case deviceReadBps = "BlkioDeviceReadBps"
    case deviceWriteBps = "BlkioDeviceWriteBps"
    case deviceReadIops = "BlkioDeviceReadIOps"
    case deviceWriteIops = "BlkioDeviceWriteIOps"
    case cpuPeriod = "CpuPeriod"
    case cpuQuota = "CpuQuota"
    case cpuRealtimePeriod = "CpuRealtimePeriod"
    case cpuRealtimeRuntime = "CpuRealtimeRuntime"
    case cpusetCpus = "CpusetCpus"
    case cpusetMems = "CpusetMems"
    case kernelMemory = "KernelMemory"
    case memoryReservation = "MemoryReservation"
    case memorySwap = "MemorySwap"
    case memorySwappiness = "MemorySwappiness"
    case oomKillDisable = "OomKillDisable"
    case oomScoreAdj = "OomScoreAdj"
    case pidsLimit = "PidsLimit"
    case ulimits = "Ulimits"
  }
}
