import Arguments
import Compose
import Diagnostics
import Spec

extension ResourceSpec {
  /// Sets what flags of `run`, `create` and `update` say.
  mutating func take(_ arguments: ParsedArguments) throws(Failure) {
    if let text = arguments.given("cpus") {
      guard let cpus = Double(text), cpus >= 0, cpus < 1e6 else {
        throw arguments.invalid("cpus", "failed to parse \(text) as a rational number")
      }
      nanoCPUs = Int64((cpus * 1e9).rounded())
    }
    if let shares = arguments.number("cpu-shares") { cpuShares = shares }
    if let quota = arguments.number("cpu-quota") { cpuQuota = quota }
    if let period = arguments.number("cpu-period") { cpuPeriod = period }
    if let runtime = arguments.number("cpu-rt-runtime") { cpuRealtimeRuntime = runtime }
    if let period = arguments.number("cpu-rt-period") { cpuRealtimePeriod = period }
    if nanoCPUs ?? 0 != 0, cpuQuota ?? 0 != 0 || cpuPeriod ?? 0 != 0 {
      throw Failure(
        .invalidInput,
        "conflicting options: Nano CPUs and CPU \(cpuQuota ?? 0 != 0 ? "Quota" : "Period") cannot both be set",
        exitStatus: arguments.command.usageStatus)
    }
    if let set = arguments.given("cpuset-cpus") { cpuset = set }
    if let set = arguments.given("cpuset-mems") { cpusetMems = set }
    if let bytes = try arguments.bytes("memory") { memory = bytes }
    if let bytes = try arguments.bytes("memory-reservation") { memoryReservation = bytes }
    if let bytes = try arguments.bytes("memory-swap") { memorySwap = bytes }
    if let limit = memory, limit > 0, limit < 6 << 20 {
      throw Failure(
        .invalidInput, "minimum memory limit allowed is 6MB", subject: "--memory",
        exitStatus: arguments.command.usageStatus)
    }
    if let swap = memorySwap, swap > 0, swap < memory ?? 0 {
      throw Failure(
        .invalidInput, "minimum memoryswap limit should be larger than memory limit, see usage",
        subject: "--memory-swap", exitStatus: arguments.command.usageStatus)
    }
    if let limit = arguments.number("pids-limit") { pids = limit }
    if let weight = arguments.number("blkio-weight") { blkioWeight = weight == 0 ? nil : weight }
  }

  /// Sets what only `run` and `create` can say.
  mutating func takeForCreation(_ arguments: ParsedArguments) throws(Failure) {
    try take(arguments)
    if let text = arguments.given("memory-swappiness"), text != "-1" {
      guard let number = Int64(text), (0...100).contains(number) else {
        throw arguments.invalid("memory-swappiness", "invalid value: \(text). Valid memory swappiness range is 0-100")
      }
      memorySwappiness = number
    }
    oomKillDisable = arguments.boolean("oom-kill-disable")
    if let score = arguments.number("oom-score-adj") {
      guard (-1000...1000).contains(score) else {
        throw arguments.invalid("oom-score-adj", "invalid value \(score), range for oom score adj is [-1000, 1000]")
      }
      oomScoreAdj = score
    }
    blkioWeightDevices = try Self.devices(arguments, "blkio-weight-device") { Int64($0) }
    deviceReadBps = try Self.devices(arguments, "device-read-bps", Quantity.bytes)
    deviceWriteBps = try Self.devices(arguments, "device-write-bps", Quantity.bytes)
    deviceReadIops = try Self.devices(arguments, "device-read-iops") { Int64($0) }
    deviceWriteIops = try Self.devices(arguments, "device-write-iops") { Int64($0) }
  }

  /// `/dev/sda:10mb`
  private static func devices(_ arguments: ParsedArguments, _ flag: String, _ value: (String) -> Int64?) throws(Failure)
    -> [DeviceValue]
  {
    try arguments.list(flag).map { text throws(Failure) in
      guard let colon = text.lastIndex(of: ":"), text.hasPrefix("/dev/"),
        let number = value(String(text[text.index(after: colon)...])), number >= 0
      else {
        throw arguments.invalid(flag, "invalid device value: \(text)", hint: "write it like /dev/sda:100")
      }
      return DeviceValue(path: String(text[..<colon]), value: number)
    }
  }
}
