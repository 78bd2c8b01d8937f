import Testing

extension EndToEnd {
  @Test("pid, ipc, uts and network of the host or of another service are shared when asked for")
  func sharedNamespaces() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        x-idle: &idle {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        services:
          base: {<<: *idle, ipc: shareable, hostname: base}
          joined: {<<: *idle, pid: "service:base", ipc: "service:base", network_mode: "service:base", depends_on: [base]}
          host: {<<: *idle, pid: host, ipc: host, uts: host, network_mode: host, cgroup: host}
          own: {<<: *idle}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func namespace(_ service: String, _ kind: String) throws -> String {
        try sandbox.davit("exec", "-T", service, "readlink", "/proc/self/ns/\(kind)").out.trimmed
      }
      for kind in ["pid", "ipc", "net"] {
        #expect(try namespace("joined", kind) == namespace("base", kind), "\(kind)")
        #expect(try namespace("own", kind) != namespace("base", kind), "\(kind)")
      }
      for kind in ["pid", "ipc", "uts", "net", "cgroup"] {
        let ours = try sandbox.shell("readlink /proc/self/ns/\(kind)").out.trimmed
        #expect(try namespace("host", kind) == ours, "\(kind)")
        #expect(try namespace("own", kind) != ours, "\(kind)")
      }
      #expect(try namespace("host", "mnt") != namespace("own", "mnt"))
      // What one puts into the shared memory, the other finds.
      let written = try sandbox.davit("exec", "-T", "base", "sh", "-c", "echo hi >/dev/shm/x")
      #expect(written.status == 0, "\(written.both)")
      #expect(try sandbox.davit("exec", "-T", "joined", "cat", "/dev/shm/x").out.trimmed == "hi")
      #expect(try sandbox.davit("exec", "-T", "own", "cat", "/dev/shm/x").status != 0)
      // The first process of the joined namespace is seen, and one's own is not number 1.
      #expect(try sandbox.davit("exec", "-T", "own", "sh", "-c", "echo $$").out.trimmed != "")
      #expect(try sandbox.davit("exec", "-T", "joined", "sh", "-c", "ls -d /proc/[0-9]* | wc -l").out.trimmed != "1")
    }
  }

  @Test("A mount of the host shows in the container, and the other way round, when propagation is asked for")
  func propagation() throws {
    try inSandbox { sandbox in
      let tree = "\(sandbox.folder)/project/tree"
      let made = try sandbox.shell(
        "mkdir \(tree) && mount -t tmpfs none \(tree) && mount --make-shared \(tree) && mkdir \(tree)/in \(tree)/out")
      try #require(made.status == 0, "\(made.both)")
      func service(_ mode: String) -> String {
        "{image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, privileged: true, "
          + "volumes: [{type: bind, source: ./tree, target: /tree, bind: {propagation: \(mode)}}]}"
      }
      try sandbox.compose(
        "services: {shared: \(service("rshared")), slave: \(service("rslave")), private: \(service("rprivate"))}")
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      let mounted = try sandbox.davit("exec", "-T", "shared", "mount", "-t", "tmpfs", "inner", "/tree/in")
      #expect(mounted.status == 0, "\(mounted.both)")
      try sandbox.shell("mount -t tmpfs outer \(tree)/out")
      func mounts(_ service: String) throws -> String {
        try sandbox.davit("exec", "-T", service, "cat", "/proc/self/mounts").out
      }
      #expect(try sandbox.shell("cat /proc/self/mounts").out.contains("/tree/in"))
      for service in ["shared", "slave"] {
        let text = try mounts(service)
        #expect(text.contains(" /tree/in ") && text.contains(" /tree/out "), "\(service)")
      }
      let text = try mounts("private")
      #expect(!text.contains(" /tree/in ") && !text.contains(" /tree/out "))
      _ = try sandbox.davit("down")
      try sandbox.shell("umount -R \(tree)")
    }
  }

  @Test("A read-only bind is read-only to its depth")
  func readOnlyBelow() throws {
    try inSandbox { sandbox in
      let tree = "\(sandbox.folder)/project/tree"
      let made = try sandbox.shell(
        "mkdir \(tree) && mount -t tmpfs none \(tree) && mkdir \(tree)/deep && mount -t tmpfs none \(tree)/deep")
      try #require(made.status == 0, "\(made.both)")
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, volumes: ["./tree:/tree:ro"]}
          b:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            volumes: [{type: bind, source: ./tree, target: /tree, read_only: true, bind: {recursive: writable}}]
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      #expect(try sandbox.davit("exec", "-T", "a", "touch", "/tree/deep/x").status != 0)
      #expect(try sandbox.davit("exec", "-T", "b", "touch", "/tree/x").status != 0)
      let below = try sandbox.davit("exec", "-T", "b", "touch", "/tree/deep/x")
      #expect(below.status == 0, "\(below.both)")
      _ = try sandbox.davit("down")
      try sandbox.shell("umount -R \(tree)")
    }
  }

  @Test("Links in an image cannot lead a mount, or a working directory, out of the container")
  func linksInImages() throws {
    try inSandbox { sandbox in
      try sandbox.write("file", "mounted")
      try sandbox.compose(
        """
        services:
          maker: {image: busybox, command: [sh, -c, "ln -s /../../../davit-escape /v/out; ln -s /v/nowhere/file /v/dangling"], volumes: ["vol:/v"]}
        volumes: {vol: {name: shared}}
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      _ = try sandbox.davit("wait", "maker")
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            working_dir: /v/out/here
            volumes: ["vol:/v", "./file:/v/dangling/x:ro"]
        volumes: {vol: {name: shared}}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      #expect(try sandbox.davit("exec", "-T", "a", "pwd").out.trimmed == "/davit-escape/here")
      #expect(try sandbox.davit("exec", "-T", "a", "cat", "/v/nowhere/file/x").out == "mounted")
      #expect(try sandbox.shell("ls -d /davit-escape").status != 0)
      let leaked = try sandbox.davit("exec", "-T", "-w", "/proc/self/fd/5", "a", "true")
      #expect(leaked.status != 0)
    }
  }

  @Test("The shim's program cannot be written to from inside a container")
  func shimProgram() throws {
    try inSandbox { sandbox in
      try sandbox.shell("cp \(Sandbox.binaries)/davit-shim shim")
      let shim = ["DAVIT_SHIM": "\(sandbox.folder)/project/shim"]
      try sandbox.compose(
        "services: {a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, privileged: true}}")
      #expect(try sandbox.davit("up", "-d", environment: shim).status == 0)
      let attack = try sandbox.start(
        [
          "\(Sandbox.binaries)/davit", "exec", "-T", "a", "sh", "-c",
          "printf '#!/proc/self/exe\\n' >/evil; chmod +x /evil; touch /ready; "
            + "n=0; while [ $n -lt 200 ]; do n=$((n+1)); for p in /proc/[0-9]*; do (exec 3>>$p/exe) 2>/dev/null && echo open; done; done",
        ], environment: shim)
      for _ in 0..<5 { _ = try sandbox.davit("exec", "-T", "a", "/evil", environment: shim) }
      _ = attack.out.fileHandleForReading.readDataToEndOfFile()
      attack.process.waitUntilExit()
      #expect(try sandbox.shell("cmp shim \(Sandbox.binaries)/davit-shim").status == 0)
      _ = try sandbox.davit("down", environment: shim)
    }
  }
}
