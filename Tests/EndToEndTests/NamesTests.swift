import Testing

extension EndToEnd {
  @Test("Containers find each other by service, alias and container name, forwards and back, over UDP and TCP")
  func names() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        name: shop
        services:
          db:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            networks:
              back: {aliases: [database], ipv4_address: 10.77.0.5}
          web:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            networks: [back]
            deploy: {replicas: 2}
        networks:
          back:
            ipam: {config: [{subnet: 10.77.0.0/24}]}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      for name in ["db", "database", "shop-db-1", "DB"] {
        let answer = try sandbox.davit("exec", "-T", "web", "nslookup", name, "127.0.0.11")
        #expect(answer.out.contains("10.77.0.5"), "\(name): \(answer.both)")
      }
      let reverse = try sandbox.davit("exec", "-T", "web", "nslookup", "10.77.0.5", "127.0.0.11")
      #expect(reverse.out.contains("shop-db-1"), "\(reverse.both)")
      let replicas = try sandbox.davit("exec", "-T", "db", "nslookup", "web", "127.0.0.11").out
      #expect(replicas.components(of: "10.77.0.").count >= 2, "\(replicas)")
      let unknown = try sandbox.davit("exec", "-T", "db", "nslookup", "nobody", "127.0.0.11")
      #expect(unknown.status != 0)
      #expect(try sandbox.davit("exec", "-T", "db", "cat", "/etc/resolv.conf").out.contains("nameserver 127.0.0.11"))
    }
  }

  @Test("Names go with their container and come back with it")
  func namesFollow() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
          b: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      func found() throws -> Bool { try sandbox.davit("exec", "-T", "a", "nslookup", "b", "127.0.0.11").status == 0 }
      #expect(try found())
      #expect(try sandbox.davit("stop", "-t", "0", "b").status == 0)
      #expect(try !found())
      #expect(try sandbox.davit("start", "b").status == 0)
      #expect(try found())
    }
  }

  @Test("A container that serves port 53 itself still resolves names")
  func ownNameServer() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          dns:
            image: busybox
            command:
              - /usr/bin/python3
              - -c
              - |
                import socket, time
                for kind in socket.SOCK_DGRAM, socket.SOCK_STREAM:
                    s = socket.socket(socket.AF_INET, kind)
                    s.bind(("0.0.0.0", 53))
                    globals()[str(kind)] = s
                open("/tmp/bound", "w")
                time.sleep(1000)
            stop_signal: SIGKILL
            volumes: ["/usr:/usr:ro", "/lib:/lib:ro", "/lib64:/lib64:ro"]
            expose: ["53/udp", "53"]
          b: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      try sandbox.shell(
        "for i in $(seq 30); do \(Sandbox.binaries)/davit exec -T dns test -e /tmp/bound && break; sleep 0.1; done")
      let answer = try sandbox.davit("exec", "-T", "dns", "/bin/nslookup", "b")
      #expect(answer.status == 0, "\(answer.both)")
      #expect(try sandbox.davit("exec", "-T", "dns", "netstat", "-lun").out.contains("0.0.0.0:53"))
    }
  }
}

extension String {
  /// The different words that begin with a prefix.
  func components(of prefix: String) -> Set<Substring> {
    Set(split(whereSeparator: { $0.isWhitespace || $0 == "#" }).filter { $0.hasPrefix(prefix) })
  }
}
