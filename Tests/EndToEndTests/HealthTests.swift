import Testing

extension EndToEnd {
  @Test("A dependent starts only when what it depends on is healthy or has completed")
  func conditions() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          migrate: {image: busybox, command: [sh, -c, "sleep 0.3; echo migrated >>/log/order"], volumes: ["./log:/log"]}
          db:
            image: busybox
            command: [sh, -c, "sleep 0.3; echo ready >>/log/order; touch /tmp/ready; exec sleep infinity"]
            stop_signal: SIGKILL
            volumes: ["./log:/log"]
            healthcheck: {test: [CMD, test, -e, /tmp/ready], interval: 5s, start_period: 10s, start_interval: 100ms}
            depends_on: {migrate: {condition: service_completed_successfully}}
          web:
            image: busybox
            command: [sh, -c, "echo web >>/log/order; exec sleep infinity"]
            stop_signal: SIGKILL
            volumes: ["./log:/log"]
            depends_on: {db: {condition: service_healthy}}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      try sandbox.shell("for i in $(seq 20); do grep -q web log/order && break; sleep 0.1; done")
      #expect(try sandbox.shell("cat log/order").out == "migrated\nready\nweb\n")
      #expect(try sandbox.davit("ps").out.contains("(healthy)"))
    }
  }

  @Test("A dependency that turns unhealthy ends the wait with its last output")
  func unhealthy() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          db:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            healthcheck: {test: [CMD-SHELL, "echo the disk is full; exit 1"], interval: 100ms, retries: 2}
          web: {image: busybox, command: [sleep, infinity], depends_on: {db: {condition: service_healthy}}}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status != 0)
      #expect(up.err.contains("unhealthy") && up.err.contains("the disk is full"), "\(up.both)")
      #expect(try sandbox.davit("ps", "-q", "web").out.isEmpty)
    }
  }

  @Test("A one-shot that fails ends the wait with its exit status and last lines")
  func failedOneShot() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          migrate: {image: busybox, command: [sh, -c, "echo table is locked; exit 9"]}
          web: {image: busybox, command: [sleep, infinity], depends_on: {migrate: {condition: service_completed_successfully}}}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status != 0)
      #expect(up.err.contains("exit 9") || up.err.contains("(9)"), "\(up.both)")
      #expect(up.err.contains("table is locked"), "\(up.both)")
    }
  }

  @Test("--wait waits for health and gives up after --wait-timeout, saying for what it waited")
  func waiting() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          slow:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            healthcheck: {test: [CMD, test, -e, /never], interval: 100ms, retries: 1000, start_period: 60s}
        """)
      let up = try sandbox.davit("up", "-d", "--wait", "--wait-timeout", "1")
      #expect(up.status != 0)
      #expect(up.err.contains("slow"), "\(up.both)")
    }
  }
}
