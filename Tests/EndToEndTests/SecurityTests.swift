import Testing

extension EndToEnd {
  @Test("A container has 14 capabilities, seccomp, masked paths and no descriptor but its three")
  func defaults() throws {
    try inSandbox { sandbox in
      try sandbox.compose("services: {a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}}")
      #expect(try sandbox.davit("up", "-d").status == 0)
      func inside(_ command: String) throws -> Sandbox.Result {
        try sandbox.davit("exec", "-T", "a", "sh", "-c", command)
      }
      for pid in ["1", "self"] {
        let status = try inside("cat /proc/\(pid)/status").out
        #expect(status.contains("CapEff:\t00000000a80425fb"), "\(pid) \(status)")
        #expect(status.contains("CapBnd:\t00000000a80425fb"))
        #expect(status.contains("CapInh:\t0000000000000000") && status.contains("CapAmb:\t0000000000000000"))
        #expect(status.contains("Seccomp:\t2"))
      }
      #expect(try inside("ls /proc/1/fd").out.trimmed.split(separator: "\n") == ["0", "1", "2"])
      #expect(try inside("cat /proc/kcore | head -c 1 | wc -c").out.trimmed == "0")
      #expect(try inside("echo 1 >/proc/sys/kernel/panic").status != 0)
      #expect(try inside("echo x >/proc/sysrq-trigger").status != 0)
      #expect(try inside("mount -t tmpfs none /tmp").status != 0)
      #expect(try inside("mknod /dev/disk b 254 0 && cat /dev/disk >/dev/null").status != 0)
      #expect(try inside("unshare -U true").status != 0)
      #expect(try inside("hostname other").status != 0)
      #expect(try inside("ls /sys/firmware | wc -l").out.trimmed == "0")
    }
  }

  @Test("cap_drop, cap_add, no-new-privileges, user and privileged mean what they say")
  func asked() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        x-idle: &idle {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        services:
          few: {<<: *idle, cap_drop: [ALL], cap_add: [NET_ADMIN], security_opt: ["no-new-privileges:true"]}
          user: {<<: *idle, user: "app", group_add: ["2000"]}
          all: {<<: *idle, privileged: true}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func status(_ service: String) throws -> String {
        try sandbox.davit("exec", "-T", service, "cat", "/proc/1/status").out
      }
      let few = try status("few")
      #expect(few.contains("CapEff:\t0000000000001000") && few.contains("NoNewPrivs:\t1"), "\(few)")
      let user = try status("user")
      #expect(user.contains("Uid:\t1000\t1000") && user.contains("Groups:\t1000 2000"), "\(user)")
      #expect(user.contains("CapEff:\t0000000000000000"))
      #expect(try status("all").contains("Seccomp:\t0"))
      #expect(try sandbox.davit("exec", "-T", "all", "mount", "-t", "tmpfs", "none", "/tmp").status == 0)
    }
  }

  @Test("Limits on memory, processors and processes are the kernel's, and change in place")
  func limits() throws {
    try inSandbox { sandbox in
      func file(_ memory: String) -> String {
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            mem_limit: \(memory)
            cpus: 0.5
            pids_limit: 20
            ulimits: {nofile: {soft: 100, hard: 200}}
            shm_size: 8m
            sysctls: {net.core.somaxconn: "321"}
        """
      }
      try sandbox.compose(file("32m"))
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func inside(_ command: String) throws -> String {
        try sandbox.davit("exec", "-T", "a", "sh", "-c", command).out.trimmed
      }
      let memory = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null"
      #expect(try inside(memory) == "33554432")
      #expect(try inside("cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null") == "20")
      #expect(
        try inside("cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null || cut -d' ' -f1 /sys/fs/cgroup/cpu.max")
          == "50000")
      #expect(try inside("ulimit -Sn; ulimit -Hn") == "100\n200")
      #expect(try inside("df -k /dev/shm | tail -1 | awk '{print $2}'") == "8192")
      #expect(try inside("cat /proc/sys/net/core/somaxconn") == "321")
      let before = try sandbox.davit("ps", "-q").out
      try sandbox.compose(file("64m"))
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try inside(memory) == "67108864")
      #expect(try sandbox.davit("ps", "-q").out == before)
    }
  }
}
