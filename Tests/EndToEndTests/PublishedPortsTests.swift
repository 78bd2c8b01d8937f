import Testing

extension EndToEnd {
  @Test("A published port answers on 127.0.0.1, on [::1] and for another host; a bound one only where it is bound")
  func publishedPorts() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          web:
            image: busybox
            command: [httpd, -f, -p, "80", -h, /etc]
            stop_signal: SIGKILL
            ports: ["8080:80", "127.0.0.1:8081:80", "80"]
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      try sandbox.shell(
        """
        ip netns add other && ip link add out type veth peer name eth0 netns other && ip addr add 10.99.0.1/24 dev out
        ip link set out up && ip -n other addr add 10.99.0.2/24 dev eth0 && ip -n other link set eth0 up
        """)
      defer { _ = try? sandbox.shell("ip netns del other; ip link del out") }
      func answers(_ url: String, from other: Bool = false) throws -> Bool {
        try sandbox.shell("\(other ? "ip netns exec other " : "")curl -gsf -m 3 \(url)").out.contains("root:x")
      }
      #expect(try answers("http://127.0.0.1:8080/passwd"))
      #expect(try answers("http://[::1]:8080/passwd"))
      #expect(try answers("http://10.99.0.1:8080/passwd"))
      #expect(try answers("http://10.99.0.1:8080/passwd", from: true))
      #expect(try answers("http://127.0.0.1:8081/passwd"))
      #expect(try !answers("http://10.99.0.1:8081/passwd", from: true))
      let port = try sandbox.davit("port", "web", "80").out.split(separator: "\n").map(String.init)
      #expect(port.contains("0.0.0.0:8080"), "\(port)")
    }
  }

  @Test("A container reaches a published port through the host's address, its own too")
  func hairpin() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          web:
            image: busybox
            command: [httpd, -f, -p, "80", -h, /etc]
            stop_signal: SIGKILL
            ports: ["8080:80"]
            extra_hosts: ["gate=host-gateway"]
          other:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            extra_hosts: ["gate=host-gateway"]
            networks: [elsewhere]
        networks:
          elsewhere: {}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      for service in ["web", "other"] {
        let answer = try sandbox.davit("exec", "-T", service, "wget", "-qO-", "http://gate:8080/passwd")
        #expect(answer.out.contains("root:x"), "\(service): \(answer.both)")
      }
    }
  }

  @Test("UDP ports are published both ways")
  func udp() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          echo:
            image: busybox
            command:
              - /usr/bin/python3
              - -c
              - |
                import socket
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                s.bind(("0.0.0.0", 9000))
                while True: s.sendto(*s.recvfrom(1500))
            stop_signal: SIGKILL
            ports: ["9000:9000/udp"]
            volumes: ["/usr:/usr:ro", "/lib:/lib:ro", "/lib64:/lib64:ro"]
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      try sandbox.shell("sleep 0.5")
      #expect(try sandbox.shell("echo ahoy | nc -u -w 1 127.0.0.1 9000").out == "ahoy\n")
    }
  }

  @Test("A taken port is an error that names the port, before anything that runs is replaced")
  func takenPort() throws {
    try inSandbox { sandbox in
      func file(_ port: Int) -> String {
        """
        services:
          web:
            image: busybox
            command: [httpd, -f, -p, "80", -h, /etc]
            stop_signal: SIGKILL
            ports: ["\(port):80"]
        """
      }
      try sandbox.compose(file(8080))
      #expect(try sandbox.davit("up", "-d").status == 0)
      let before = try sandbox.davit("ps", "-q").out
      let squatter = try sandbox.start(["python3", "-m", "http.server", "8090"])
      defer { squatter.process.terminate() }
      try sandbox.shell("for i in 1 2 3 4 5 6 7 8 9; do ss -ltn | grep -q :8090 && break; sleep 0.1; done")
      try sandbox.compose(file(8090))
      let up = try sandbox.davit("up", "-d")
      #expect(up.status != 0)
      #expect(up.err.contains("8090"), "\(up.both)")
      #expect(try sandbox.davit("ps", "-q").out == before)
      #expect(try sandbox.shell("curl -sf http://127.0.0.1:8080/passwd").status == 0)
    }
  }

  @Test("One published port spreads over all replicas")
  func balancing() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          web:
            image: busybox
            command: [sh, -c, "hostname >/tmp/name && exec httpd -f -p 80 -h /tmp"]
            stop_signal: SIGKILL
            ports: ["8080:80"]
            deploy: {replicas: 3}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      let names = try sandbox.shell(
        "for i in $(seq 40); do curl -sf -m 2 http://127.0.0.1:8080/name; done | sort -u | wc -l")
      #expect(names.out.trimmed == "3", "\(names.both)")
    }
  }
}

extension String {
  var trimmed: String {
    var text = Substring(self)
    while text.last?.isWhitespace == true { text.removeLast() }
    while text.first?.isWhitespace == true { text.removeFirst() }
    return String(text)
  }
}
