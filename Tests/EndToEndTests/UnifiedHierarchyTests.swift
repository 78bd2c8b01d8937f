import Testing

extension EndToEnd {
  @Test("On a machine with the unified hierarchy alone containers start, restart, pause and are held to their devices")
  func unifiedHierarchy() throws {
    try inSandbox { sandbox in
      let mounted = try sandbox.shell("umount -R /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup")
      try #require(mounted.status == 0, "\(mounted.both)")
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
          tries: {image: busybox, command: [sh, -c, "echo try >>/log/tries; exit 1"], restart: "on-failure:2", volumes: ["./log:/log"]}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func inside(_ command: String) throws -> Sandbox.Result {
        try sandbox.davit("exec", "-T", "a", "sh", "-c", command)
      }
      #expect(try inside("echo x >/dev/null && head -c 1 /dev/zero | wc -c").out.trimmed == "1")
      // /dev/mem, made and not listed.
      #expect(try inside("mknod /mem c 1 1 && head -c 1 /mem").status != 0)
      #expect(try inside("cat /sys/fs/cgroup/cgroup.procs | head -1").out.trimmed == "1")
      #expect(try sandbox.davit("pause", "a").status == 0)
      #expect(try sandbox.shell("cat /sys/fs/cgroup/\(sandbox.name)/*/cgroup.events").out.contains("frozen 1"))
      #expect(try sandbox.davit("unpause", "a").status == 0)
      _ = try sandbox.davit("wait", "tries")
      #expect(try sandbox.shell("wc -l <log/tries").out.trimmed == "3")
      #expect(try sandbox.davit("down").status == 0)
      #expect(try sandbox.shell("ls -d /sys/fs/cgroup/\(sandbox.name)/*/").status != 0)
      try sandbox.shell("rmdir /sys/fs/cgroup/\(sandbox.name)")
    }
  }
}
