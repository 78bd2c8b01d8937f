import Foundation
import Testing

extension EndToEnd {
  private static let project = """
    services:
      web:
        image: busybox
        command: [httpd, -f, -p, "80", -h, /etc]
        stop_signal: SIGKILL
        ports: ["8080:80"]
        configs: [settings]
        volumes: ["data:/data"]
      sick:
        image: busybox
        command: [sleep, infinity]
        stop_signal: SIGKILL
        healthcheck: {test: [CMD, test, "!", -e, /bad], interval: 100ms, retries: 1}
        x-davit: {on_unhealthy: restart}
        # Its files are new with each start.
        tmpfs: [/run]
    configs: {settings: {file: ./settings.txt}}
    volumes: {data: {}}
    """

  @Test("drift says what is not as applied, and why: exits, health, settings, ports, files, images")
  func drift() throws {
    try inSandbox { sandbox in
      try sandbox.write("settings.txt", "one")
      try sandbox.compose(Self.project)
      let never = try sandbox.davit("drift")
      #expect(never.status == 1 && never.err.contains("nothing is known of what was applied"), "\(never.both)")
      #expect(try sandbox.davit("up", "-d", "--wait").status == 0)
      let none = try sandbox.davit("drift")
      #expect(none.status == 0 && none.out.hasPrefix("No drift"), "\(none.both)")

      try sandbox.davit("exec", "sick", "touch", "/bad")
      try sandbox.shell("nft flush ruleset")
      try sandbox.write("settings.txt", "two")
      usleep(400_000)
      let drift = try sandbox.davit("drift")
      #expect(drift.status == 2)
      for line in [
        "! container project-sick-1  unhealthy", "! container project-web-1  firewall",
        "! network project_default  firewall", "! file settings  file",
      ] { #expect(drift.out.contains(line), "\(drift.out)") }

      let bridge = "ip link del $(ip -o link | grep -o 'br-[0-9a-f]*' | head -1)"
      #expect(try sandbox.shell(bridge).status == 0)
      let cut = try sandbox.davit("drift").out
      #expect(cut.contains("! network project_default  network\n    its bridge is gone"), "\(cut)")

      try sandbox.davit("rm", "-sf", "web")
      let json = try sandbox.davit("drift", "--format", "json")
      #expect(json.status == 2)
      #expect(json.out.contains("\"code\" : \"gone\""), "\(json.out)")
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("up", "-d", "--replace", "sick").status == 0)
    }
  }

  @Test("reconcile brings back what ends, restarts what is unhealthy, follows files, and touches nothing that is right")
  func reconcile() throws {
    try inSandbox { sandbox in
      try sandbox.write("settings.txt", "one")
      try sandbox.compose(Self.project)
      let loop = try sandbox.start(["\(Sandbox.binaries)/davit", "reconcile", "--interval", "1s", "--format", "json"])
      func answers() throws -> Bool { try sandbox.shell("curl -sf -m 1 http://127.0.0.1:8080/passwd").status == 0 }
      func id(_ service: String) throws -> String { try sandbox.davit("ps", "-aq", service).out }
      try eventually("it is brought up") { try answers() }
      let (web, sick) = (try id("web"), try id("sick"))

      try sandbox.davit("kill", "web")
      try eventually("a killed container is back") { try answers() }
      #expect(try id("web") == web)
      try sandbox.shell("nft flush ruleset")
      try eventually("a flushed firewall is filled again") { try answers() }

      try sandbox.shell("ip link del $(ip -o link | grep -o 'br-[0-9a-f]*' | head -1)")
      try eventually("a bridge that was removed is back") {
        try sandbox.davit("exec", "-T", "sick", "wget", "-qO-", "http://web/passwd").out.contains("root")
      }

      let started = try sandbox.davit("inspect", "-f", "{{.State.StartedAt}}", "project-sick-1").out
      try sandbox.davit("exec", "sick", "sh", "-c", "touch /bad")
      try eventually("what is unhealthy is restarted") {
        try sandbox.davit("inspect", "-f", "{{.State.StartedAt}}", "project-sick-1").out != started
      }
      #expect(try id("sick") == sick)
      try sandbox.davit("exec", "sick", "rm", "-f", "/bad")

      try sandbox.write("settings.txt", "two")
      try eventually("a config that changed is in the container") {
        try sandbox.davit("exec", "-T", "web", "cat", "/settings").out == "two"
      }
      try sandbox.compose("services: [")
      usleep(300_000)
      try sandbox.davit("kill", "web")
      try eventually("a broken file takes nothing down") { try answers() }

      kill(loop.process.processIdentifier, SIGINT)
      loop.process.waitUntilExit()
      let told = String(decoding: loop.out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(told.contains("\"event\":\"failed\"") && told.contains("\"event\":\"reloaded\""), "\(told)")
      try sandbox.compose(Self.project)
      // Repairs are no generations; the first apply and the edited config are.
      #expect(try sandbox.davit("history", "-q").out == "2\n1\n")
    }
  }

  @Test("What keeps failing is left alone for longer and longer, and keeps nothing else from being kept right")
  func backOff() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          bad: {image: busybox, command: ["false"]}
          good: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        """)
      let loop = try sandbox.start(["\(Sandbox.binaries)/davit", "reconcile", "--interval", "200ms"])
      usleep(1_200_000)
      try sandbox.davit("kill", "good")
      usleep(2_500_000)
      #expect(try sandbox.davit("ps", "--services").out == "good\n")
      kill(loop.process.processIdentifier, SIGINT)
      loop.process.waitUntilExit()
      let told = String(decoding: loop.out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      let starts = told.split(separator: "\n").filter { $0.contains("container project-bad-1") }.count
      // At 0 s, 1 s and 3 s.
      #expect((2...4).contains(starts), "\(told)")
      #expect(told.contains("keeps failing"), "\(told)")
    }
  }
}
