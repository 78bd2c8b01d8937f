import Spec

extension CreateRequest {
  /// Refuses what contradicts itself or names what there is not: whoever asks for a limit that cannot be wants to know
  /// before the container is there.
  /// - Parameter processors: how many this machine has.
  /// - Throws: 400, in the words that clients know.
  public func check(processors: Int) throws(APIError) {
    try host?.check()
    try host?.resources.check(processors: processors)
    try healthcheck?.check()
    if let macAddress, !macAddress.isEmpty { try Self.checkHardware(macAddress) }
    for (network, endpoint) in networking?.endpoints ?? [:] {
      guard let endpoint else { continue }
      if let address = endpoint.macAddress, !address.isEmpty { try Self.checkHardware(address) }
      let addresses = [endpoint.addresses?.ipv4, endpoint.addresses?.ipv6]
      if network == "bridge" || network == "default", addresses.contains(where: { $0?.isEmpty == false }) {
        throw .badRequest(
          "invalid config for network \(network): user specified IP address is supported on user defined networks only")
      }
    }
  }

  private static func checkHardware(_ text: String) throws(APIError) {
    let parts = text.split(whereSeparator: { $0 == ":" || $0 == "-" })
    guard parts.count == 6, parts.allSatisfy({ $0.utf8.count == 2 && UInt8($0, radix: 16) != nil }) else {
      throw .badRequest("invalid MAC address \(text)")
    }
  }
}

extension HostConfigBody {
  fileprivate func check() throws(APIError) {
    try check(ipcMode, "IPC", ["none", "private", "shareable", "host"], mayShare: true)
    try check(pidMode, "PID", ["host", "private"], mayShare: true)
    try check(utsMode, "UTS", ["host", "private"], mayShare: false)
    try check(cgroupnsMode, "cgroup namespace", ["host", "private"], mayShare: false)
    for option in securityOptions ?? [] {
      let name = option.prefix { $0 != "=" && $0 != ":" }
      let takesNothing = name == "no-new-privileges"
      guard Self.securityOptionNames.contains(String(name)), takesNothing || name.count < option.count else {
        throw .badRequest("invalid --security-opt: \"\(option)\"")
      }
    }
  }

  private static let securityOptionNames: Set<String> = [
    "apparmor", "label", "no-new-privileges", "seccomp", "systempaths", "writable-cgroups",
  ]

  private func check(_ mode: String?, _ kind: String, _ known: Set<String>, mayShare: Bool) throws(APIError) {
    guard let mode, !mode.isEmpty, !known.contains(mode) else { return }
    guard mayShare, mode.hasPrefix("container:"), mode.count > "container:".count else {
      throw .badRequest("invalid \(kind) mode: \(mode)")
    }
  }
}

extension ResourcesBody {
  /// - Parameter processors: how many this machine has.
  public func check(processors: Int) throws(APIError) {
    if let memorySwappiness, memorySwappiness != -1, !(0...100).contains(memorySwappiness) {
      throw .badRequest("Invalid value: \(memorySwappiness), valid memory swappiness range is 0-100")
    }
    if let oomScoreAdj, !(-1000...1000).contains(oomScoreAdj) {
      throw .badRequest("Invalid value \(oomScoreAdj), range for oom score adj is [-1000, 1000]")
    }
    if let nanoCPUs, nanoCPUs > 0 {
      if cpuPeriod ?? 0 > 0 { throw .badRequest("Conflicting options: Nano CPUs and CPU Period cannot both be set") }
      if cpuQuota ?? 0 > 0 { throw .badRequest("Conflicting options: Nano CPUs and CPU Quota cannot both be set") }
      guard nanoCPUs <= Int64(processors) * 1_000_000_000 else {
        throw .badRequest(
          "Range of CPUs is from 0.01 to \(processors).00, as there are only \(processors) CPUs available")
      }
    }
    if let cpuQuota, cpuQuota > 0, cpuQuota < 1000 {
      throw .badRequest("CPU cfs quota can not be less than 1ms (i.e. 1000)")
    }
    if let cpuPeriod, cpuPeriod != 0, !(1000...1_000_000).contains(cpuPeriod) {
      throw .badRequest("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)")
    }
    if let cpusetCpus { try Self.checkProcessors(cpusetCpus, processors) }
  }

  /// `0-2,4`: cpuset(7), "Formats".
  private static func checkProcessors(_ list: String, _ processors: Int) throws(APIError) {
    for part in list.split(separator: ",") {
      let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(bounds.count), let first = bounds[0], let last = bounds[bounds.count - 1], first <= last,
        first >= 0
      else { throw .badRequest("Invalid value \(list) for cpuset cpus: invalid format: \(part)") }
      guard last < processors else {
        throw .badRequest("Requested CPUs are not available - requested \(list), available: 0-\(processors - 1)")
      }
    }
  }
}

extension HealthcheckBody {
  fileprivate func check() throws(APIError) {
    let times = [
      ("Interval", interval), ("Timeout", timeout), ("StartPeriod", startPeriod), ("StartInterval", startInterval),
    ]
    for (name, time) in times {
      if let time, time != 0, time < 1_000_000 {
        throw .badRequest("\(name) in Healthcheck cannot be less than 1ms")
      }
    }
    if let retries, retries < 0 { throw .badRequest("Retries in Healthcheck cannot be negative") }
  }
}
