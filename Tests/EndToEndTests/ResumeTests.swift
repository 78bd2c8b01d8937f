import Foundation
import Testing

extension EndToEnd {
  @Test(
    "After a reboot containers come back as their restart policies say, dependencies first, and are not marked as stopped"
  )
  func resume() throws {
    try inSandbox { sandbox in
      func service(_ restart: String, _ more: String = "") -> String {
        "{image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, restart: \(restart)\(more)}"
      }
      try sandbox.compose(
        """
        services:
          always: \(service("always", ", depends_on: [stays]"))
          stays: \(service("unless-stopped"))
          stopped: \(service("unless-stopped"))
          started: \(service("always"))
          never: \(service("\"no\""))
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("stop", "stopped", "started").status == 0)
      let suspend = try sandbox.davit("suspend")
      #expect(suspend.out == "3 containers have ended\n", "\(suspend.both)")
      // What a reboot does to what is on tmpfs, and to the network.
      try sandbox.shell(
        "rm -rf $DAVIT_RUN; nft flush ruleset; for b in $(ip -o link | grep -o 'br-[0-9a-f]*'); do ip link del $b; done"
      )
      let resume = try sandbox.davit("resume")
      #expect(resume.status == 0 && resume.out == "3 containers are back\n", "\(resume.both)")
      let order = resume.err.split(separator: "\n").filter { $0.contains("Started") }.map { String($0) }
      #expect(order.firstIndex { $0.contains("stays") }! < order.firstIndex { $0.contains("always") }!, "\(order)")
      #expect(
        try sandbox.davit("ps", "--services").out.split(separator: "\n").sorted() == ["always", "started", "stays"])
      let ping = try sandbox.davit("exec", "-T", "always", "ping", "-c", "1", "-W", "2", "stays")
      #expect(ping.status == 0, "\(ping.both)")
      #expect(try sandbox.davit("resume").out == "0 containers are back\n")
    }
  }

  @Test("generate systemd writes a unit that systemd accepts, with the project's own files")
  func generateSystemd() throws {
    try inSandbox { sandbox in
      try sandbox.compose("name: shop\nservices: {web: {image: busybox}}")
      let unit = try sandbox.davit(
        "--profile", "two words", "generate", "systemd", "--wait", "--time", "20", "--after", "a.service")
      #expect(unit.status == 0, "\(unit.both)")
      #expect(unit.out.contains("--project-name shop --project-directory \(sandbox.folder)/project --file"))
      #expect(unit.out.contains("--profile \"two words\" up --detach --wait\n"))
      #expect(
        unit.out.contains(" stop --timeout 20\n")
          && unit.out.contains("After=network-online.target local-fs.target a.service\n"))
      // Of folders that are not the usual ones its davit is told.
      #expect(unit.out.contains("\nEnvironment=DAVIT_ROOT=\(sandbox.folder)/"))
      #expect(unit.out.contains("\nEnvironment=DAVIT_RUN=\(sandbox.folder)/"))
      let file = try sandbox.davit("generate", "systemd", "--files")
      #expect(file.out == "\(sandbox.folder)/project/davit-shop.service\n")
      #expect(try sandbox.davit("generate", "systemd", "other").status == 1)
    }
  }
}
