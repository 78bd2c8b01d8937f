import Foundation
import Testing

/// A repository beside the project, and syncs of it.
private struct Upstream {
  let sandbox: Sandbox

  var folder: String { "\(sandbox.folder)/shop" }

  init(_ sandbox: Sandbox) throws {
    self.sandbox = sandbox
    try git("init -q -b main .", making: true)
  }

  @discardableResult
  func git(_ command: String, making: Bool = false) throws -> String {
    let result = try sandbox.shell(
      "\(making ? "mkdir -p \(folder);" : "") cd \(folder) && git -c user.name=a -c user.email=a@b \(command)")
    try #require(result.status == 0, "\(command): \(result.both)")
    return result.out.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// - Returns: the commit.
  @discardableResult
  func commit(_ files: [String: String], flags: String = "") throws -> String {
    for (name, content) in files { try sandbox.write("../shop/\(name)", content) }
    try git("add -A")
    try git("commit -q --allow-empty -m x \(flags)")
    return try git("rev-parse HEAD")
  }

  /// A service that says its version; `check` is its health check.
  func compose(_ version: String, check: String = "true", more: String = "") -> String {
    """
    services:
      web:
        image: busybox
        command: sh -c 'mkdir -p /www && echo \(version) >/www/index.html && exec httpd -f -p 80 -h /www'
        stop_grace_period: 0s
        healthcheck: {test: "\(check)", interval: 200ms, retries: 2, start_period: 0s}
        ports: ["127.0.0.1:8080:80"]
    \(more)
    """
  }

  func served() throws -> String {
    try sandbox.shell("wget -qO- http://127.0.0.1:8080/ 2>/dev/null || curl -s http://127.0.0.1:8080/").out
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func once(_ flags: String..., environment: [String: String] = [:], of address: String? = nil) throws -> Sandbox.Result
  {
    try sandbox.run(
      ["\(Sandbox.binaries)/davit", "sync", address ?? folder, "--once", "--log-format", "text"] + flags,
      environment: environment)
  }
}

extension EndToEnd {
  @Test(
    "Each revision of a repository is applied; one that is not healthy or not whole leaves the last good one running")
  func syncing() throws {
    try inSandbox { sandbox in
      let upstream = try Upstream(sandbox)
      let first = try upstream.commit(["compose.yaml": upstream.compose("one")])
      let started = try upstream.once()
      #expect(started.status == 0 && started.err.contains("applied project=shop"), "\(started.both)")
      #expect(try upstream.served() == "one")
      #expect(try sandbox.davit("sync", "status").status == 0)

      try upstream.commit(["compose.yaml": upstream.compose("two", check: "false")])
      let failed = try upstream.once("--wait-timeout", "20s")
      #expect(failed.status == 1 && failed.err.contains("is unhealthy"), "\(failed.both)")
      #expect(try upstream.served() == "one")
      let status = try sandbox.davit("sync", "status", "--format", "json")
      #expect(
        status.status == 2 && status.out.contains(#""Commit":"\#(first)""#)
          && status.out.contains(#""Status":"failed""#))

      try upstream.commit(["compose.yaml": "services:\n  web: {image: busybox, comm"])
      let half = try upstream.once()
      #expect(half.status == 1 && half.err.contains("compose.yaml:3:1: "), "\(half.both)")
      #expect(try upstream.served() == "one")

      try upstream.git("reset -q --hard \(first)")
      try upstream.commit(["compose.yaml": upstream.compose("three")], flags: "--amend")
      #expect(try upstream.once().status == 0)
      #expect(try upstream.served() == "three")
      let history = try sandbox.davit("-p", "shop", "history")
      #expect(history.out.contains("sync file://"), "\(history.both)")
      try sandbox.davit("-p", "shop", "down")
    }
  }

  @Test(
    "A sync that runs answers webhooks, metrics and health, puts right what drifts, and ends without ending anything")
  func syncDaemon() throws {
    try inSandbox { sandbox in
      let upstream = try Upstream(sandbox)
      try upstream.commit(["compose.yaml": upstream.compose("one")])
      try sandbox.write("secret", "a webhook's secret\n")
      let log = "\(sandbox.folder)/sync.log"
      let running = try sandbox.start([
        "sh", "-c",
        """
        exec \(Sandbox.binaries)/davit sync \(upstream.folder) --interval 1h --listen 127.0.0.1:9310 \
          --webhook-secret-file secret --on-success 'echo "$DAVIT_SYNC_EVENT $DAVIT_SYNC_PROJECT" >>../told' 2>\(log)
        """,
      ])
      try eventually("the first revision is served") { try upstream.served() == "one" }
      try upstream.commit(["compose.yaml": upstream.compose("two")])
      func push(_ secret: String) throws -> String {
        try sandbox.shell(
          """
          body='{"ref":"refs/heads/main"}'
          sum=$(printf %s "$body" | openssl dgst -sha256 -hmac "\(secret)" | sed 's/.*= *//')
          curl -s -d "$body" -H "X-Hub-Signature-256: sha256=$sum" -H 'X-GitHub-Event: push' http://127.0.0.1:9310/webhook
          """
        ).out
      }
      #expect(try push("another").contains("refused"))
      #expect(try push("a webhook's secret") == "accepted\n")
      try eventually("the second revision is served") { try upstream.served() == "two" }
      #expect(try sandbox.shell("curl -s http://127.0.0.1:9310/healthz").out == "ok\n")
      // A version serves a moment before its round is over.
      try eventually("the metrics tell of it") {
        let metrics = try sandbox.shell("curl -s http://127.0.0.1:9310/metrics").out
        return metrics.contains("davit_sync_revisions_applied_total{sync=\"shop-")
          && metrics.contains("project=\"shop\"} 1")
      }
      try sandbox.davit("-p", "shop", "rm", "-sf", "web")
      _ = try push("a webhook's secret")
      try eventually("what was removed is back") { try upstream.served() == "two" }
      try eventually("people were told") {
        (try? String(contentsOfFile: "\(sandbox.folder)/told", encoding: .utf8)) == "success shop\nsuccess shop\n"
      }
      let second = try upstream.once()
      #expect(second.status == 1 && second.err.contains("it runs already"), "\(second.both)")
      running.process.terminate()
      running.process.waitUntilExit()
      let text = try String(contentsOfFile: log, encoding: .utf8)
      for line in text.split(separator: "\n") where line.hasPrefix("{") {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["time"] != nil && object?["level"] != nil && object?["msg"] != nil, "\(line)")
      }
      #expect(text.contains("put right what had drifted") && text.contains("ended; what runs goes on"), "\(text)")
      #expect(try upstream.served() == "two")
      try sandbox.davit("-p", "shop", "down")
    }
  }

  @Test("kill -9 in the middle of an apply: the next look finishes it")
  func killedSync() throws {
    try inSandbox { sandbox in
      let upstream = try Upstream(sandbox)
      let more = (1...6).map { "  s\($0): {image: busybox, command: sleep 1000, stop_grace_period: 0s}" }
        .joined(separator: "\n")
      for (number, delay) in ["0.15", "0.25", "0.35", "0.5"].enumerated() {
        try upstream.commit([
          "compose.yaml": upstream.compose("v\(number)", more: more.replacing("1000", with: "\(number + 1)000"))
        ])
        try sandbox.shell(
          "timeout -s KILL \(delay) \(Sandbox.binaries)/davit sync \(upstream.folder) --once >/dev/null 2>&1")
        let next = try upstream.once()
        #expect(next.status == 0, "\(next.both)")
        #expect(try upstream.served() == "v\(number)")
        #expect(try sandbox.davit("-p", "shop", "ps", "-q").out.split(separator: "\n").count == 7)
      }
      try sandbox.davit("-p", "shop", "down", "-t", "0")
    }
  }

  @Test("davit-sync.yaml gives machines their projects and values; --prune removes what the repository no longer has")
  func syncedProjects() throws {
    try inSandbox { sandbox in
      let upstream = try Upstream(sandbox)
      let service =
        "services: {x: {image: busybox, command: sleep 1000, stop_grace_period: 0s, labels: {level: $LEVEL}}}\n"
      try upstream.commit([
        "deploy/a/compose.yaml": service, "deploy/b/compose.yaml": service, "deploy/c/compose.yaml": service,
        "deploy/davit-sync.yaml": """
        projects:
          a: {values: {LEVEL: info}}
          b: {values: {LEVEL: info}}
          c: {hosts: "db-*"}
        hosts:
          "web-*": {projects: {b: {values: {LEVEL: debug}}}}
        """,
      ])
      try sandbox.compose("services: {own: {image: busybox, command: sleep 1000, stop_grace_period: 0s}}\n")
      try sandbox.davit("up", "-d")
      let both = try upstream.once("--path", "deploy", "--host", "web-1")
      #expect(both.status == 0, "\(both.both)")
      #expect(try sandbox.davit("inspect", "a-x-1").out.contains("\"level\": \"info\""))
      #expect(try sandbox.davit("inspect", "b-x-1").out.contains("\"level\": \"debug\""))
      #expect(try sandbox.davit("ls", "-q").out == "a\nb\nproject\n")
      try upstream.commit(["deploy/davit-sync.yaml": "projects: {a: {values: {LEVEL: info}}}\n"])
      #expect(try upstream.once("--path", "deploy", "--host", "web-1").status == 0)
      #expect(try sandbox.davit("ls", "-q").out == "a\nb\nproject\n")
      #expect(try upstream.once("--path", "deploy", "--host", "web-1", "--prune").status == 0)
      #expect(try sandbox.davit("ls", "-q").out == "a\nproject\n")
      try upstream.commit(["deploy/davit-sync.yaml": "projects:\n  a: {pth: x}\n"])
      let wrong = try upstream.once("--path", "deploy", "--host", "web-1", "--prune")
      #expect(wrong.status == 1 && wrong.err.contains("deploy/davit-sync.yaml:2:7: `pth` is not known here"))
      #expect(try sandbox.davit("ls", "-q").out == "a\nproject\n")
      for name in ["a", "project"] { try sandbox.davit("-p", name, "down", "-t", "0") }
    }
  }

  @Test("Containers that see nothing new of a revision go on running, and what they wrote stays")
  func syncedMounts() throws {
    try inSandbox { sandbox in
      let upstream = try Upstream(sandbox)
      let compose = """
        services:
          web:
            image: busybox
            command: sleep 1000
            stop_grace_period: 0s
            volumes: ["./page:/page:ro", "./data:/data"]
        """
      try upstream.commit(["compose.yaml": compose, "page/index.html": "one\n"])
      #expect(try upstream.once().status == 0)
      try sandbox.davit("-p", "shop", "exec", "-T", "web", "sh", "-c", "echo kept >/data/file")
      let id = try sandbox.davit("-p", "shop", "ps", "-q").out
      try upstream.commit(["README": "nothing that runs\n"])
      #expect(try upstream.once().status == 0)
      #expect(try sandbox.davit("-p", "shop", "ps", "-q").out == id)
      try upstream.commit(["page/index.html": "two\n"])
      #expect(try upstream.once().status == 0)
      let seen = try sandbox.davit("-p", "shop", "exec", "-T", "web", "cat", "/page/index.html", "/data/file")
      #expect(seen.out == "two\nkept\n", "\(seen.both)")
      try sandbox.davit("-p", "shop", "down", "-t", "0")
    }
  }
}
