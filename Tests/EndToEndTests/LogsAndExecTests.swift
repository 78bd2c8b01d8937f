import Testing

extension EndToEnd {
  @Test("logs shows both streams with aligned names, and --tail, --no-log-prefix and -t do what Docker's do")
  func logs() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: [sh, -c, "for i in 1 2 3; do echo line $$i; done; echo oops >&2"]}
          longer: {image: busybox, command: [echo, hello]}
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      _ = try sandbox.davit("wait", "a", "longer")
      let all = try sandbox.davit("logs").out
      #expect(all.contains("a-1       | line 3\n") && all.contains("longer-1  | hello\n"), "\(all)")
      #expect(all.contains("a-1       | oops\n"))
      #expect(try sandbox.davit("logs", "--no-log-prefix", "--tail", "1", "longer").out == "hello\n")
      let stamped = try sandbox.davit("logs", "-t", "--no-log-prefix", "longer").out
      #expect(stamped.contains("Z hello"), "\(stamped)")
    }
  }

  @Test("An attached up shows the output, and ends with the project when the programs end")
  func attachedUp() throws {
    try inSandbox { sandbox in
      try sandbox.compose("services: {a: {image: busybox, command: [sh, -c, \"echo hello; exit 5\"]}}")
      let up = try sandbox.davit("up", "--exit-code-from", "a")
      #expect(up.status == 5, "\(up.both)")
      #expect(up.out.contains("a-1  | hello"), "\(up.both)")
    }
  }

  @Test("exec runs with the asked user, folder and variables, and returns the program's status")
  func exec() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        "services: {a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, environment: {FROM: file}}}")
      #expect(try sandbox.davit("up", "-d").status == 0)
      let result = try sandbox.davit(
        "exec", "-T", "-u", "app", "-w", "/tmp", "-e", "MORE=yes", "a", "sh", "-c",
        "id -un; id -Gn; pwd; echo $FROM $MORE; exit 6")
      #expect(result.out == "app\napp extra\n/tmp\nfile yes\n", "\(result.both)")
      #expect(result.status == 6)
      #expect(try sandbox.davit("exec", "-T", "a", "cat", input: "through").out == "through")
      #expect(try sandbox.davit("exec", "-T", "a", "no-such").status == 127)
      #expect(try sandbox.davit("exec", "-T", "a", "/etc/passwd").status == 126)
      let terminal = try sandbox.shell(
        "script -qec '\(Sandbox.binaries)/davit exec a sh -c \"tty; stty size\"' /dev/null </dev/null")
      #expect(terminal.out.contains("/dev/pts/"), "\(terminal.both)")
    }
  }

  @Test("Logs rotate at max-size and keep max-file files")
  func rotation() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sh, -c, "for i in $$(seq 5000); do echo line number $$i of many; done"]
            logging: {driver: json-file, options: {max-size: 20k, max-file: "2"}}
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      _ = try sandbox.davit("wait", "a")
      let sizes = try sandbox.shell("find \(sandbox.folder)/root/containers -name '*.log*' -printf '%s\\n'").out
      let numbers = sizes.split(separator: "\n").compactMap { Int($0) }
      #expect(numbers.count == 2 && numbers.allSatisfy { $0 < 21_000 }, "\(sizes)")
      #expect(try sandbox.davit("logs", "--no-log-prefix", "--tail", "1", "a").out == "line number 5000 of many\n")
    }
  }
}
