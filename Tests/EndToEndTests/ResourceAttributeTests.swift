import Foundation
import Testing

extension EndToEnd {
  /// A disk of this machine, for limits that are set on one.
  private static let disk: String? = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/sys/block").sorted()) ?? []
    return names.map { "/dev/\($0)" }.first { FileManager.default.fileExists(atPath: $0) }
  }()

  @Test("Rates of disks, processor periods and the limits of deploy are what the kernel has")
  func resourcesInside() throws {
    try inSandbox { sandbox in
      let disk = try #require(Self.disk)
      // Real-time work is shared out from above: the parent must have some to give.
      let realtime = "/sys/fs/cgroup/cpu/\(sandbox.name)"
      let hasRealtime =
        try sandbox.shell("mkdir -p \(realtime) && echo 5000 >\(realtime)/cpu.rt_runtime_us").status == 0
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            cpu_period: 50000
            cpu_quota: 20000
            \(hasRealtime ? "cpu_rt_period: 900000\n    cpu_rt_runtime: 1000" : "")
            blkio_config:
              device_read_bps: [{path: \(disk), rate: 1mb}]
              device_read_iops: [{path: \(disk), rate: 120}]
              device_write_bps: [{path: \(disk), rate: 2mb}]
              device_write_iops: [{path: \(disk), rate: 30}]
          b:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            deploy:
              labels: {only: the service's}
              placement: {}
              resources:
                limits: {cpus: "0.25", memory: 48M, pids: 33}
                reservations: {memory: 24M}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func setting(_ service: String, _ old: String, _ new: String) throws -> String {
        let id = try sandbox.davit("ps", "-q", "--no-trunc", service).out.trimmed
        let places = [
          "/sys/fs/cgroup/\(old.prefix { $0 != "." })/\(sandbox.name)/\(id)/\(old)",
          "/sys/fs/cgroup/\(sandbox.name)/\(id)/\(new)",
          "/sys/fs/cgroup/blkio/\(sandbox.name)/\(id)/\(old)",
        ]
        return places.compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }.first?.trimmed ?? "nothing"
      }
      let isOld = FileManager.default.fileExists(atPath: "/sys/fs/cgroup/memory/\(sandbox.name)")
      if isOld {
        #expect(try setting("a", "cpu.cfs_period_us", "") == "50000" && setting("a", "cpu.cfs_quota_us", "") == "20000")
        if hasRealtime {
          #expect(
            try setting("a", "cpu.rt_period_us", "") == "900000" && setting("a", "cpu.rt_runtime_us", "") == "1000")
        }
        for (file, rate) in [
          ("read_bps", "1048576"), ("read_iops", "120"), ("write_bps", "2097152"), ("write_iops", "30"),
        ] {
          let text = try setting("a", "blkio.throttle.\(file)_device", "")
          #expect(text.hasSuffix(" \(rate)") || text == "nothing", "\(file): \(text)")
        }
        #expect(try setting("b", "cpu.cfs_quota_us", "") == "25000" && setting("b", "pids.max", "") == "33")
        #expect(try setting("b", "memory.limit_in_bytes", "") == "50331648")
        #expect(try setting("b", "memory.soft_limit_in_bytes", "") == "25165824")
      } else {
        #expect(try setting("a", "", "cpu.max") == "20000 50000" && setting("b", "", "cpu.max") == "25000 100000")
        let rates = try setting("a", "", "io.max")
        for rate in ["rbps=1048576", "riops=120", "wbps=2097152", "wiops=30"] {
          #expect(rates.contains(rate), "\(rates)")
        }
        #expect(try setting("b", "", "memory.max") == "50331648" && setting("b", "", "pids.max") == "33")
        #expect(try setting("b", "", "memory.low") == "25165824")
      }
      // As with docker compose they belong to the service, not to its containers.
      #expect(try !sandbox.davit("inspect", "project-b-1").out.contains("the service's"))
    }
  }

  @Test("A weight for one disk is set where the scheduler of that disk knows weights, and warned of where it does not")
  func diskWeights() throws {
    try inSandbox { sandbox in
      let disk = try #require(Self.disk)
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            blkio_config: {weight_device: [{path: \(disk), weight: 400}]}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      let text = try sandbox.shell(
        "find /sys/fs/cgroup -path '*/\(sandbox.name)/*' -name '*weight*' | xargs cat 2>/dev/null"
      ).out
      let warned = up.err.contains("blkio_config.weight_device has no effect: the scheduler of \(disk)")
      #expect(text.contains("400") != warned, "\(up.both)\(text)")
      let missing = try sandbox.write(
        "missing.yaml",
        "services: {a: {image: busybox, blkio_config: {device_read_bps: [{path: /dev/none, rate: 1mb}]}}}")
      let refused = try sandbox.davit("-f", missing, "up", "-d")
      #expect(refused.status != 0 && refused.err.contains("/dev/none"), "\(refused.both)")
    }
  }

  @Test("Devices have the places and rights that they are given, rules let containers make their own")
  func devicesInside() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [cat]
            stop_signal: SIGKILL
            stdin_open: true
            runtime: runc
            platform: linux/\(Self.architecture)
            device_cgroup_rules: ["c 1:11 rw"]
            devices:
              - {source: /dev/null, target: /dev/read, permissions: r}
              - /dev/zero:/dev/all:rwm
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func inside(_ script: String) throws -> String {
        try sandbox.davit("exec", "-T", "a", "sh", "-c", "\(script) 2>/dev/null || echo refused").out
      }
      #expect(
        try inside("stat -c '%F %t:%T' /dev/read /dev/all")
          == "character special file 1:3\ncharacter special file 1:5\n")
      #expect(try inside("head -c2 /dev/all | wc -c") == "2\n")
      // The rule names /dev/kmsg's number, which no container has: it can be made and opened, its neighbour can not.
      #expect(try inside("mknod /tmp/k c 1 11 && test -c /tmp/k && : >/tmp/k && echo opened") == "opened\n")
      #expect(try inside("mknod /tmp/m c 1 1; cat /tmp/m") == "refused\n")
      // Its input is open, so it waits for some; `cat` without would have ended.
      #expect(try sandbox.davit("ps", "--services", "--status", "running").out == "a\n")
      let other = try sandbox.write("other.yaml", "services: {a: {image: busybox, runtime: kata}}")
      let refused = try sandbox.davit("-f", other, "up", "-d")
      #expect(refused.status != 0 && refused.err.contains("there is no runtime \"kata\""), "\(refused.both)")
    }
  }

  private static var architecture: String {
    #if arch(arm64)
      "arm64"
    #else
      "amd64"
    #endif
  }
}
