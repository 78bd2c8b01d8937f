import Testing

extension EndToEnd {
  @Test("Exit statuses are Docker's: the program's own, 126, 127, 128+n, and 137 with OOMKilled")
  func exitStatuses() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          seven: {image: busybox, command: [sh, -c, "exit 7"]}
          killed: {image: busybox, command: [sh, -c, "kill -TERM $$$$; sleep 1"], init: true}
          hungry:
            image: busybox
            command: [sh, -c, "x=a; while :; do x=$$x$$x; done"]
            mem_limit: 16m
            memswap_limit: 16m
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      #expect(try sandbox.davit("wait", "seven").status == 7)
      #expect(try sandbox.davit("wait", "killed").status == 143)
      #expect(try sandbox.davit("wait", "hungry").status == 137)
      #expect(try sandbox.davit("inspect", "project-hungry-1").out.contains("\"OOMKilled\": true"))
      #expect(try sandbox.davit("ps", "-a", "--format", "json").out.contains("\"ExitCode\":7"))
    }
  }

  @Test("A program that does not exist is told by name, with 127; one that cannot be executed with 126")
  func cannotStart() throws {
    try inSandbox { sandbox in
      try sandbox.compose("services: {a: {image: busybox, command: [no-such-program]}}")
      let missing = try sandbox.davit("up", "-d")
      #expect(missing.status != 0)
      #expect(missing.err.contains("no-such-program"), "\(missing.both)")
      try sandbox.compose("services: {a: {image: busybox, command: [/etc/passwd]}}")
      let forbidden = try sandbox.davit("up", "-d")
      #expect(forbidden.status != 0)
      #expect(
        forbidden.err.contains("/etc/passwd") && forbidden.err.lowercased().contains("permission denied"),
        "\(forbidden.both)")
    }
  }

  @Test("restart: on-failure retries as often as it says, always comes back, no stays down")
  func restartPolicies() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          tries: {image: busybox, command: [sh, -c, "echo try >>/log/tries; exit 1"], restart: "on-failure:2", volumes: ["./log:/log"]}
          once: {image: busybox, command: [sh, -c, "echo once >>/log/once; exit 1"], volumes: ["./log:/log"]}
          always: {image: busybox, command: [sleep, infinity], restart: always, stop_signal: SIGKILL}
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      _ = try sandbox.davit("wait", "tries")
      #expect(try sandbox.shell("wc -l <log/tries").out.trimmed == "3")
      #expect(try sandbox.shell("wc -l <log/once").out.trimmed == "1")
      let before = try sandbox.davit("inspect", "project-always-1").out
      try sandbox.shell("kill -KILL $(\(Sandbox.binaries)/davit inspect -f '{{.State.Pid}}' project-always-1)")
      try sandbox.shell(
        "for i in $(seq 30); do \(Sandbox.binaries)/davit exec -T always true && break; sleep 0.1; done")
      #expect(try sandbox.davit("ps", "--services").out.trimmed == "always")
      #expect(try sandbox.davit("inspect", "project-always-1").out != before)
    }
  }

  @Test("stop sends the stop signal and waits for the grace period; a stopped container stays down")
  func stopping() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          polite:
            image: busybox
            command: [sh, -c, "trap 'echo bye >/log/bye; exit 3' USR1; while :; do sleep 0.05; done"]
            stop_signal: SIGUSR1
            restart: always
            volumes: ["./log:/log"]
          deaf: {image: busybox, command: [sh, -c, "trap '' TERM; while :; do sleep 0.05; done"], stop_grace_period: 200ms}
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("stop").status == 0)
      #expect(try sandbox.shell("cat log/bye").out == "bye\n")
      let list = try sandbox.davit("ps", "-a", "--format", "json").out
      #expect(list.contains("\"ExitCode\":3") && list.contains("\"ExitCode\":137"), "\(list)")
      #expect(try sandbox.davit("ps", "-q").out.isEmpty)
      #expect(try sandbox.davit("start").status == 0)
      #expect(try sandbox.davit("ps", "-q").out.split(separator: "\n").count == 2)
      #expect(try sandbox.davit("kill", "-s", "KILL").status == 0)
    }
  }

  @Test("pause stops the processes, unpause lets them go on; what is so already is an error")
  func pausing() throws {
    try inSandbox { sandbox in
      try sandbox.compose("services: {a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}}")
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("pause").status == 0)
      #expect(try sandbox.davit("ps").out.contains("(Paused)"))
      let again = try sandbox.davit("pause")
      #expect(again.status == 1 && again.err.contains("is paused already"), "\(again.both)")
      #expect(try sandbox.davit("unpause").status == 0)
      let running = try sandbox.davit("unpause")
      #expect(running.status == 1 && running.err.contains("is not paused"), "\(running.both)")
      #expect(try !sandbox.davit("ps").out.contains("(Paused)"))
    }
  }

  @Test("init: true reaps orphans and passes signals on")
  func initProcess() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        "services: {a: {image: busybox, init: true, command: [sh, -c, \"(sleep 0.1 &) ; trap 'exit 4' TERM; while :; do sleep 0.05; done\"]}}"
      )
      #expect(try sandbox.davit("up", "-d").status == 0)
      try sandbox.shell("sleep 0.5")
      #expect(try !sandbox.davit("exec", "-T", "a", "ps", "-o", "stat").out.contains("Z"))
      #expect(try sandbox.davit("stop").status == 0)
      #expect(try sandbox.davit("ps", "-a", "--format", "json").out.contains("\"ExitCode\":4"))
    }
  }
}
