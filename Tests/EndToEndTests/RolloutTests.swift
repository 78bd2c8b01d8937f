import Foundation
import Testing

extension EndToEnd {
  private static func service(_ version: String, _ after: String = "", monitor: String = "2s") -> String {
    """
    services:
      web:
        image: busybox
        container_name: the-web
        command:
          - sh
          - -c
          - "mkdir /www; echo \(version) >/www/index.html; sleep 0.2; touch /tmp/ok; \(after) exec httpd -f -p 80 -h /www"
        ports: ["8080:80"]
        stop_signal: SIGKILL
        healthcheck: {test: [CMD, test, -e, /tmp/ok], interval: 200ms, retries: 1, start_period: 5s, start_interval: 50ms}
        deploy:
          update_config: {order: start-first, monitor: \(monitor), failure_action: rollback}
      other:
        image: busybox
        command: [sleep, infinity]
        stop_signal: SIGKILL
    """
  }

  /// Asks for the page again and again on both loopback addresses until it is told to stop, and counts the answers.
  private static let load = """
    import http.client, collections, threading, sys
    counts = collections.Counter(); over = threading.Event()
    def ask(host):
        while not over.is_set():
            try:
                c = http.client.HTTPConnection(host, 8080, timeout=5)
                c.request('GET', '/index.html'); r = c.getresponse()
                counts[str(r.status) + ' ' + r.read().decode().strip()] += 1; c.close()
            except Exception as e: counts[repr(e)] += 1
    threads = [threading.Thread(target=ask, args=(h,)) for h in ('127.0.0.1', '::1', '127.0.0.1')]
    [t.start() for t in threads]
    sys.stdin.read(); over.set(); [t.join() for t in threads]
    for key, count in counts.items(): print(count, key)
    """

  private func underLoad(_ sandbox: Sandbox, _ body: () throws -> Void) throws -> [String] {
    let load = try sandbox.start(["python3", "-c", Self.load])
    usleep(300_000)
    try body()
    usleep(300_000)
    try load.input.fileHandleForWriting.close()
    let text = String(decoding: load.out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    load.process.waitUntilExit()
    return text.split(separator: "\n").map { $0.split(separator: " ").dropFirst().joined(separator: " ") }.sorted()
  }

  @Test("A start-first roll-out behind a fixed port and name fails no request, and the old container goes")
  func rolloutWithoutDowntime() throws {
    try inSandbox { sandbox in
      try sandbox.compose(Self.service("one"))
      let up = try sandbox.davit("up", "-d", "--wait")
      #expect(up.status == 0, "\(up.both)")
      try sandbox.compose(Self.service("two"))
      let answers = try underLoad(sandbox) {
        let up = try sandbox.davit("up", "-d")
        #expect(up.status == 0, "\(up.both)")
        #expect(up.err.contains("Container the-web  Took over"), "\(up.err)")
      }
      #expect(answers == ["200 one", "200 two"])
      let names = try sandbox.davit("ps", "-a", "--format", "{{.Name}}").out
      #expect(names.split(separator: "\n").sorted() == ["project-other-1", "the-web"])
      // The name leads to the new one, too, for whoever asks from inside.
      let page = try sandbox.davit("exec", "-T", "other", "wget", "-qO-", "http://the-web/index.html")
      #expect(page.out == "two\n", "\(page.both)")
    }
  }

  @Test("A version that turns unhealthy while it is watched goes, the one before comes back, and no request fails")
  func automaticReturn() throws {
    try inSandbox { sandbox in
      try sandbox.compose(Self.service("good"))
      let up = try sandbox.davit("up", "-d", "--wait")
      #expect(up.status == 0, "\(up.both)")
      try sandbox.compose(Self.service("bad", "(sleep 0.7; rm /tmp/ok) &"))
      let answers = try underLoad(sandbox) {
        let up = try sandbox.davit("up", "-d")
        #expect(up.status == 1, "\(up.both)")
        #expect(up.err.contains("went back to what ran before: web"), "\(up.err)")
      }
      #expect(answers == ["200 bad", "200 good"])
      #expect(try sandbox.shell("curl -s http://127.0.0.1:8080/index.html").out == "good\n")
      let history = try sandbox.davit("history", "--format", "{{.Generation}} {{.Status}}").out
      #expect(history == "3 succeeded\n2 rolled back\n1 succeeded\n")
    }
  }

  @Test("A successor that never gets ready takes nothing over and leaves nothing behind; the old one serves on")
  func successorFails() throws {
    try inSandbox { sandbox in
      try sandbox.compose(Self.service("good"))
      #expect(try sandbox.davit("up", "-d", "--wait").status == 0)
      let id = try sandbox.davit("ps", "-q", "web").out
      try sandbox.compose(Self.service("bad", "exit 3;").replacing("touch /tmp/ok;", with: ""))
      let answers = try underLoad(sandbox) {
        let up = try sandbox.davit("up", "-d")
        #expect(up.status == 1, "\(up.both)")
        #expect(up.err.contains("the-web exited (3)"), "\(up.err)")
      }
      #expect(answers == ["200 good"])
      #expect(try sandbox.davit("ps", "-aq", "web").out == id)
    }
  }

  @Test("kill -9 in the middle of a roll-out loses no replica: the next up finishes it")
  func killedRollout() throws {
    try inSandbox { sandbox in
      try sandbox.compose(Self.service("one"))
      #expect(try sandbox.davit("up", "-d", "--wait").status == 0)
      for (number, delay) in [0.08, 0.3, 0.36, 0.4, 0.43, 0.46, 0.5, 0.55, 0.7].enumerated() {
        try sandbox.compose(Self.service("v\(number)", monitor: "0s"))
        try sandbox.shell("timeout -s KILL \(delay) \(Sandbox.binaries)/davit up -d")
        // Whatever was reached, somebody serves.
        let page = try sandbox.shell("curl -s http://127.0.0.1:8080/index.html").out
        #expect(page == "v\(number)\n" || page == (number == 0 ? "one\n" : "v\(number - 1)\n"), "\(delay): \(page)")
        let up = try sandbox.davit("up", "-d")
        #expect(up.status == 0, "\(delay): \(up.both)")
        #expect(try sandbox.shell("curl -s http://127.0.0.1:8080/index.html").out == "v\(number)\n", "\(delay)")
        let names = try sandbox.davit("ps", "-a", "--format", "{{.Name}}", "web").out
        #expect(names == "the-web\n", "\(delay): \(up.both)")
      }
    }
  }

  @Test("Established connections of the old container are let finish")
  func draining() throws {
    try inSandbox { sandbox in
      try sandbox.compose(Self.service("one"))
      #expect(try sandbox.davit("up", "-d", "--wait").status == 0)
      // Asks for the page slowly: half of the request before the roll-out, the rest while it is going on.
      let slow = try sandbox.start([
        "sh", "-c",
        "(printf 'GET /index.html HTTP/1.0\\\r\\\n'; sleep 2; printf '\\\r\\\n'; sleep 1) | busybox nc 127.0.0.1 8080",
      ])
      usleep(200_000)
      try sandbox.compose(Self.service("two"))
      #expect(try sandbox.davit("up", "-d").status == 0)
      let answer = String(decoding: slow.out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(answer.hasSuffix("one\n"), "\(answer)")
      #expect(try sandbox.shell("curl -s http://127.0.0.1:8080/index.html").out == "two\n")
    }
  }
}
