import Testing

extension EndToEnd {
  /// Every fast path that needs a new kernel has a fallback; here all of them are taken.
  @Test(
    "Containers are the same on kernels that lack what is newest, or everything that has a fallback",
    arguments: ["mount-setattr,overlay-append", "all"])
  func oldKernel(lacking: String) throws {
    try inSandbox { sandbox in
      try sandbox.write("page", "hello")
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            read_only: true
            tmpfs: [/run]
            volumes: ["./page:/srv/page:ro", "data:/data"]
            secrets: [token]
        volumes: {data: {}}
        secrets: {token: {file: ./page}}
        """)
      let old = ["DAVIT_FORGO": lacking]
      let up = try sandbox.davit("up", "-d", environment: old)
      #expect(up.status == 0, "\(up.both)")
      func inside(_ command: String) throws -> Sandbox.Result {
        try sandbox.davit("exec", "-T", "a", "sh", "-c", command, environment: old)
      }
      let status = try inside("cat /proc/1/status").out
      #expect(status.contains("CapEff:\t00000000a80425fb"), "\(status)")
      #expect(status.contains("Seccomp:\t2"))
      #expect(try inside("cat /srv/page /run/secrets/token").out == "hellohello")
      #expect(try inside("echo x >/srv/page").status != 0)
      #expect(try inside("echo x >/new").status != 0)
      #expect(try inside("echo x >/data/new && echo y >/run/new").status == 0)
      #expect(try inside("echo 1 >/proc/sys/kernel/panic").status != 0)
      #expect(try inside("ls /proc/1/fd").out.trimmed.split(separator: "\n") == ["0", "1", "2"])
      #expect(try inside("ls /sys/firmware | wc -l").out.trimmed == "0")
      #expect(try sandbox.davit("down", "-v", environment: old).status == 0)
    }
  }
}
