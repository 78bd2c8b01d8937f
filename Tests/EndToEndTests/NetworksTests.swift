import Testing

extension EndToEnd {
  @Test("Networks do not reach each other, an internal one reaches nothing, and one container may be on several")
  func isolation() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        x-idle: &idle {image: busybox, command: [httpd, -f, -p, "80", -h, /etc], stop_signal: SIGKILL}
        services:
          front: {<<: *idle, networks: {front: {ipv4_address: 10.71.0.2}}}
          both: {<<: *idle, networks: [front, back]}
          back: {<<: *idle, networks: {back: {ipv4_address: 10.72.0.2}}}
        networks:
          front: {ipam: {config: [{subnet: 10.71.0.0/24}]}}
          back: {internal: true, ipam: {config: [{subnet: 10.72.0.0/24}]}}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      try sandbox.shell(
        "ip link add world type bridge && ip addr add 198.51.100.1/24 dev world && ip link set world up")
      defer { _ = try? sandbox.shell("ip link del world") }
      func reaches(_ service: String, _ address: String) throws -> Bool {
        try sandbox.davit("exec", "-T", service, "ping", "-c", "1", "-W", "1", address).status == 0
      }
      #expect(try reaches("both", "10.71.0.2"))
      #expect(try reaches("both", "10.72.0.2"))
      #expect(try !reaches("front", "10.72.0.2"))
      #expect(try !reaches("back", "10.71.0.2"))
      #expect(try reaches("front", "198.51.100.1"))
      #expect(try !reaches("back", "198.51.100.1"))
    }
  }

  @Test("network_mode none has loopback only, host has the machine's links, service: shares another's")
  func modes() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        x-idle: &idle {image: busybox, stop_signal: SIGKILL}
        services:
          none: {<<: *idle, command: [sleep, infinity], network_mode: none}
          host: {<<: *idle, command: [sleep, infinity], network_mode: host}
          web: {<<: *idle, command: [httpd, -f, -p, "80", -h, /etc]}
          sidecar: {<<: *idle, command: [sleep, infinity], network_mode: "service:web"}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      #expect(try sandbox.davit("exec", "-T", "none", "ip", "-o", "link").out.split(separator: "\n").count == 1)
      #expect(try sandbox.davit("exec", "-T", "host", "ip", "-o", "link").out.contains("br-"))
      #expect(
        try sandbox.davit("exec", "-T", "sidecar", "wget", "-qO-", "http://127.0.0.1/passwd").out.contains("root:x"))
    }
  }

  @Test("IPv6 networks give addresses of both kinds, and both answer by name")
  func ipv6() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        x-idle: &idle {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        services:
          a: {<<: *idle, networks: {dual: {ipv6_address: "fd00:77::5"}}}
          b: {<<: *idle, networks: [dual]}
        networks:
          dual:
            enable_ipv6: true
            ipam: {config: [{subnet: 10.73.0.0/24}, {subnet: "fd00:77::/64"}]}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      let ping = try sandbox.davit("exec", "-T", "b", "ping", "-6", "-c", "1", "-W", "2", "a")
      #expect(ping.status == 0 && ping.out.contains("fd00:77::5"), "\(ping.both)")
      #expect(try sandbox.davit("exec", "-T", "b", "ping", "-4", "-c", "1", "-W", "2", "a").status == 0)
    }
  }

  @Test("A static address that is taken or outside the subnet is refused by name")
  func badAddress() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, networks: {n: {ipv4_address: 10.75.0.9}}}
        networks:
          n: {ipam: {config: [{subnet: 10.74.0.0/24}]}}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status != 0)
      #expect(up.err.contains("10.75.0.9") && up.err.contains("10.74.0.0/24"), "\(up.both)")
    }
  }
}
