import Spec
import YAML

extension ContainerSpec {
  mutating func readResources(_ attributes: inout Attributes) {
    resources.nanoCPUs = attributes.number("cpus").flatMap { $0 > 0 ? Int64(($0 * 1e9).rounded()) : nil }
    resources.cpuShares = attributes.integer("cpu_shares")
    resources.cpuQuota = attributes.microseconds("cpu_quota")
    resources.cpuPeriod = attributes.microseconds("cpu_period")
    resources.cpuRealtimeRuntime = attributes.microseconds("cpu_rt_runtime")
    resources.cpuRealtimePeriod = attributes.microseconds("cpu_rt_period")
    resources.cpuset = attributes.string("cpuset")
    resources.memory = attributes.bytes("mem_limit")
    resources.memorySwap = attributes.bytes("memswap_limit")
    resources.memoryReservation = attributes.bytes("mem_reservation")
    resources.memorySwappiness = attributes.integer("mem_swappiness")
    resources.pids = attributes.integer("pids_limit")
    resources.oomKillDisable = attributes.bool("oom_kill_disable") ?? false
    resources.oomScoreAdj = attributes.integer("oom_score_adj")
    attributes.warn("cpu_count", "only Windows counts processors, ignored")
    attributes.warn("cpu_percent", "only Windows has it, ignored")
    if var block = attributes.object("blkio_config") {
      resources.blkioWeight = block.integer("weight")
      resources.blkioWeightDevices = block.devices("weight_device", value: "weight")
      resources.deviceReadBps = block.devices("device_read_bps", value: "rate")
      resources.deviceWriteBps = block.devices("device_write_bps", value: "rate")
      resources.deviceReadIops = block.devices("device_read_iops", value: "rate")
      resources.deviceWriteIops = block.devices("device_write_iops", value: "rate")
      block.finish()
    }
  }

  /// `deploy`, as far as it has a meaning on one machine. What it says wins over the older attributes.
  mutating func readDeploy(_ deploy: inout Attributes) {
    if var all = deploy.object("resources") {
      if var limits = all.object("limits") {
        if let cpus = limits.number("cpus") { resources.nanoCPUs = Int64((cpus * 1e9).rounded()) }
        if let memory = limits.bytes("memory") { resources.memory = memory }
        if let pids = limits.integer("pids") { resources.pids = pids }
        limits.finish()
      }
      if var reservations = all.object("reservations") {
        if let memory = reservations.bytes("memory") { resources.memoryReservation = memory }
        reservations.warn("cpus", "one machine cannot set processors aside, ignored")
        for entry in reservations.objects("devices") {
          var entry = entry
          devices += DeviceSpec.requested(&entry)
        }
        reservations.warn("generic_resources", "belongs to a swarm, ignored")
        reservations.finish()
      }
      all.finish()
    }
    if var policy = deploy.object("restart_policy") {
      let retries = Int(policy.integer("max_attempts") ?? 0)
      switch policy.string("condition") ?? "any" {
      case "none": restart = RestartPolicy(.no)
      case "on-failure": restart = RestartPolicy(.onFailure, maximumRetries: retries)
      // Docker Compose maps every other word to `always` as well.
      default: restart = RestartPolicy(.always)
      }
      restart.delay = policy.duration("delay")
      restart.window = policy.duration("window")
      policy.finish()
    }
    // `global` is one for each machine, and there is one.
    if let mode = deploy.string("mode"), !["replicated", "global"].contains(mode) {
      deploy.warn("mode", "\"\(mode)\" belongs to a swarm, the service is kept running like any other")
    }
    deploy.skip("replicas")
    // `deploy.labels` are those of a swarm service, not of its containers.
    deploy.skip("labels")
    if let placement = deploy.take("placement"), !placement.isEmptyValue {
      deploy.warn("placement", "there is one machine to place containers on, ignored")
    }
    deploy.warn("endpoint_mode", "belongs to a swarm, ignored")
    deploy.finish()
  }
}

extension Attributes {
  /// A number of microseconds, or a duration.
  mutating func microseconds(_ key: String) -> Int64? {
    guard let text = take(key)?.text else { return nil }
    if let number = Double(text) { return Int64(number) }
    return duration(key).map { $0 / 1000 }
  }

  mutating func devices(_ key: String, value: String) -> [ResourceSpec.DeviceValue] {
    objects(key).map { entry in
      var entry = entry
      return .init(path: entry.string("path") ?? "", value: entry.bytes(value) ?? 0)
    }
  }
}
