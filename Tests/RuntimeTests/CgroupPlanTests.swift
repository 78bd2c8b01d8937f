import Diagnostics
import Launch
import Spec
import Testing

@testable import Runtime

@Suite struct CgroupPlanTests {
  private static let v1 = CgroupLayout(
    mounts: """
      tmpfs /sys/fs/cgroup tmpfs rw 0 0
      cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0
      cgroup /sys/fs/cgroup/cpuset cgroup rw,relatime,cpuset 0 0
      cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0
      cgroup /sys/fs/cgroup/devices cgroup rw,relatime,devices 0 0
      cgroup /sys/fs/cgroup/blkio cgroup rw,relatime,blkio 0 0
      cgroup /sys/fs/cgroup/pids cgroup rw,relatime,pids 0 0
      cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0
      cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
      """)
  private static let v2 = CgroupLayout(mounts: "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n")

  private static func everything() -> ResourceSpec {
    var resources = ResourceSpec()
    resources.nanoCPUs = 1_500_000_000
    resources.cpuShares = 512
    resources.cpuset = "0-1"
    resources.memory = 64 << 20
    resources.memoryReservation = 32 << 20
    resources.pids = 100
    resources.blkioWeight = 300
    resources.deviceReadBps = [.init(path: "/dev/disk", value: 1_000_000)]
    return resources
  }

  private func script(_ resources: ResourceSpec, _ layout: CgroupLayout, _ devices: [DeviceRule] = []) throws
    -> (text: String, warnings: [Warning])
  {
    let (launch, warnings) = try CgroupPlan.make(
      resources, devices: devices, layout: layout, path: "davit/c1", deviceNumbers: { _ throws(Failure) in "8:0" })
    let text = launch.writes.map { "\($0.path) = \($0.value)\($0.optional ? " if possible" : "")" }
    return (text.joined(separator: "\n"), warnings)
  }

  @Test("Limits on a machine with the older controllers")
  func older() throws {
    #expect(Self.v1.version == .v1)
    #expect(
      try script(Self.everything(), Self.v1).text == """
        /sys/fs/cgroup/cpu,cpuacct/davit/c1/cpu.shares = 512
        /sys/fs/cgroup/cpu,cpuacct/davit/c1/cpu.cfs_period_us = 100000
        /sys/fs/cgroup/cpu,cpuacct/davit/c1/cpu.cfs_quota_us = 150000
        /sys/fs/cgroup/cpuset/davit/c1/cpuset.cpus = 0-1
        /sys/fs/cgroup/memory/davit/c1/memory.limit_in_bytes = 67108864
        /sys/fs/cgroup/memory/davit/c1/memory.memsw.limit_in_bytes = 134217728 if possible
        /sys/fs/cgroup/memory/davit/c1/memory.soft_limit_in_bytes = 33554432
        /sys/fs/cgroup/pids/davit/c1/pids.max = 100
        /sys/fs/cgroup/blkio/davit/c1/blkio.weight = 300 if possible
        /sys/fs/cgroup/blkio/davit/c1/blkio.bfq.weight = 300 if possible
        /sys/fs/cgroup/blkio/davit/c1/blkio.throttle.read_bps_device = 8:0 1000000
        """)
  }

  @Test("The same limits in the unified hierarchy")
  func unified() throws {
    #expect(
      try script(Self.everything(), Self.v2).text == """
        /sys/fs/cgroup/davit/c1/cpu.weight = 20
        /sys/fs/cgroup/davit/c1/cpu.max = 150000 100000
        /sys/fs/cgroup/davit/c1/cpuset.cpus = 0-1
        /sys/fs/cgroup/davit/c1/memory.max = 67108864
        /sys/fs/cgroup/davit/c1/memory.swap.max = 67108864 if possible
        /sys/fs/cgroup/davit/c1/memory.low = 33554432
        /sys/fs/cgroup/davit/c1/pids.max = 100
        /sys/fs/cgroup/davit/c1/io.bfq.weight = 300 if possible
        /sys/fs/cgroup/davit/c1/io.weight = default 2930 if possible
        /sys/fs/cgroup/davit/c1/io.max = 8:0 rbps=1000000
        """)
  }

  @Test("No limits, no writes")
  func nothing() throws {
    #expect(try script(ResourceSpec(), Self.v1).text.isEmpty)
    #expect(try script(ResourceSpec(), Self.v2).text.isEmpty)
  }

  @Test("Minus one lifts a limit")
  func unlimited() throws {
    var resources = ResourceSpec()
    resources.pids = -1
    resources.memory = 1 << 20
    resources.memorySwap = -1
    #expect(
      try script(resources, Self.v2).text == """
        /sys/fs/cgroup/davit/c1/memory.max = 1048576
        /sys/fs/cgroup/davit/c1/memory.swap.max = max if possible
        /sys/fs/cgroup/davit/c1/pids.max = max
        """)
  }

  @Test("What the unified hierarchy cannot limit is said by name")
  func impossible() throws {
    var resources = ResourceSpec()
    resources.memorySwappiness = 10
    resources.oomKillDisable = true
    let warnings = try script(resources, Self.v2).warnings.map(\.message)
    #expect(warnings.count == 2)
    #expect(warnings[0].hasPrefix("mem_swappiness:"))
    #expect(warnings[1].hasPrefix("oom_kill_disable:"))
  }

  @Test("A controller that the machine lacks is said by name")
  func lackingController() throws {
    var resources = ResourceSpec()
    resources.pids = 5
    let layout = CgroupLayout(mounts: "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\n")
    let (text, warnings) = try script(resources, layout)
    #expect(text.isEmpty)
    #expect(warnings == [Warning("this machine has no pids controller: pids.max is not set")])
  }

  @Test("Devices are denied first, then allowed one by one; a privileged container's are left alone")
  func devices() throws {
    let rules = [DeviceRule(.character, 1, 3, "rwm"), DeviceRule(.block, nil, nil, "m")]
    #expect(
      try script(ResourceSpec(), Self.v1, rules).text == """
        /sys/fs/cgroup/devices/davit/c1/devices.deny = a
        /sys/fs/cgroup/devices/davit/c1/devices.allow = c 1:3 rwm
        /sys/fs/cgroup/devices/davit/c1/devices.allow = b *:* m
        """)
    #expect(try script(ResourceSpec(), Self.v1, [DeviceRule(.all, nil, nil, "rwm")]).text.isEmpty)
  }
}
