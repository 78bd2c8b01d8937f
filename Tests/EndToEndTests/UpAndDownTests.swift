import Testing

extension EndToEnd {
  @Test("up brings a project up, up again changes nothing, down takes it away")
  func upAndDown() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        name: shop
        services:
          web:
            image: busybox
            command: [httpd, -f, -p, "80", -h, /etc]
            ports: ["8080:80"]
          worker:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            depends_on: [web]
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      #expect(try sandbox.shell("curl -sf http://127.0.0.1:8080/passwd").out.contains("root:x:0:0"))
      #expect(try sandbox.davit("ps", "-q").out.split(separator: "\n").count == 2)
      #expect(try sandbox.davit("plan").status == 0)
      let name = try sandbox.davit("exec", "-T", "worker", "wget", "-qO-", "http://web/passwd")
      #expect(name.out.contains("root:x:0:0"), "\(name.both)")
      let down = try sandbox.davit("down", "-t", "0")
      #expect(down.status == 0, "\(down.both)")
      #expect(try sandbox.davit("ps", "-aq").out.isEmpty)
      #expect(try sandbox.davit("plan").status == 2)
    }
  }
}
