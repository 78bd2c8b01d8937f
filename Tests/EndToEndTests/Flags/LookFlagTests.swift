import Foundation
import Testing

extension EndToEnd {
  @Test("cp, stats, ps, images, port and volumes look at what their flags choose")
  func lookFlags() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          web:
            image: busybox
            command: sleep 1000
            stop_signal: SIGKILL
            scale: 2
            ports: ["80"]
            volumes: ["data:/data"]
          done: {image: busybox, command: "true", volumes: [/anon]}
        volumes: {data: {}}
        """)
      #expect(try sandbox.davit("up", "-d", "--wait").status == 0)
      let one = try sandbox.davit("run", "-d", "web", "sleep", "1000")
      try #require(one.status == 0, "\(one.both)")
      // cp reaches one-off containers only when it is told to.
      let sent = try sandbox.davit("cp", "compose.yaml", "web:/sent")
      #expect(sent.status == 0 && !sent.err.contains("-run-"), "\(sent.both)")
      let everywhere = try sandbox.davit("cp", "--all", "compose.yaml", "web:/all")
      #expect(everywhere.err.contains("web-run-"), "\(everywhere.both)")
      #expect(try sandbox.davit("container", "exec", one.out.trimmed, "ls", "/all").out == "/all\n")
      #expect(try sandbox.davit("container", "exec", one.out.trimmed, "ls", "/sent").status == 1)
      // A link is copied as one, or followed.
      try sandbox.shell("ln -s compose.yaml link")
      #expect(try sandbox.davit("cp", "-L", "link", "web:/followed").status == 0)
      #expect(try sandbox.davit("exec", "-T", "web", "test", "-L", "/followed").status == 1)
      // stats
      let running = try sandbox.davit("stats", "--no-stream", "--format", "{{.Name}}").out
      #expect(!running.contains("done"), "\(running)")
      let all = try sandbox.davit("stats", "-a", "--no-stream", "--no-trunc", "--format", "{{.Name}} {{.ID}}").out
      let line = all.split(separator: "\n").first { $0.hasPrefix("project-done-1 ") }
      #expect(line?.count == "project-done-1 ".count + 64, "\(all)")
      let container = try sandbox.davit("stats", "--no-stream", "--format", "{{.Container}}", "web").out
      #expect(container.split(separator: "\n").allSatisfy { $0.count == 12 }, "\(container)")
      // ps, images
      #expect(try sandbox.davit("ps", "--filter", "status=exited", "--services").out == "done\n")
      let wrong = try sandbox.davit("ps", "--filter", "colour=red")
      #expect(wrong.status == 1 && wrong.err.contains("unknown filter colour"))
      let id = try sandbox.davit("image", "ls", "-q", "--no-trunc", "busybox").out.trimmed
      #expect(try sandbox.davit("images", "-q").out.trimmed == id.dropFirst("sha256:".count))
      // port
      let ports = try ["1", "2"].map { try sandbox.davit("port", "--index", $0, "web", "80").out }
      #expect(ports[0].hasPrefix("0.0.0.0:") && ports[0] != ports[1], "\(ports)")
      let none = try sandbox.davit("port", "--index", "3", "web", "80")
      #expect(none.status == 1 && none.err.contains("service \"web\" is not running container #3"), "\(none.both)")
      // volumes, and rm of anonymous ones
      let volumes = try sandbox.davit("volumes", "--format", "json", "web").out
      #expect(volumes.contains("\"Name\":\"project_data\"") && volumes.split(separator: "\n").count == 1, "\(volumes)")
      let before = try sandbox.davit("volume", "ls", "-q").out.split(separator: "\n").count
      let removed = try sandbox.davit("rm", "-f", "-a", "-v", "done")
      #expect(
        removed.status == 0 && removed.out == "Going to remove project-done-1\n"
          && removed.err.contains("--all has no effect"), "\(removed.both)")
      #expect(try sandbox.davit("volume", "ls", "-q").out.split(separator: "\n").count == before - 1)
      let history = try sandbox.davit("history", "--no-trunc")
      #expect(history.status == 0 && history.out.contains("up"), "\(history.both)")
    }
  }

  @Test("attach shows a container's output, takes its signals and keys, and leaves it running")
  func attachFlags() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          cat: {image: busybox, command: [sh, -c, "read word; echo read $$word"], stdin_open: true, stop_signal: SIGKILL, scale: 2}
          loop:
            image: busybox
            command: [sh, -c, "trap 'echo got it; exit 4' TERM; echo up; while :; do sleep 0.1; done"]
            stop_signal: SIGKILL
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      // A container without a terminal reads what attach is given, unless it is told not to.
      let second = try sandbox.davit("compose", "attach", "--index", "2", "cat", input: "hello\n")
      #expect(second.status == 0 && second.out == "read hello\n", "\(second.both)")
      #expect(try sandbox.davit("ps", "-a", "--status", "exited", "--format", "{{.Name}}").out == "project-cat-2\n")
      /// SIGTERM for whoever is attached. The tests' threads block it, so it reaches the program only where it is passed on.
      func terminate(_ words: String...) throws -> Process {
        let attach = try sandbox.start(["\(Sandbox.binaries)/davit", "compose", "attach", "--no-stdin"] + words)
        usleep(500_000)
        kill(attach.process.processIdentifier, SIGTERM)
        return attach.process
      }
      let proxying = try terminate("--sig-proxy=true", "loop")
      proxying.waitUntilExit()
      #expect(proxying.terminationStatus == 4)
      try sandbox.davit("start", "loop")
      let deaf = try terminate("--sig-proxy=false", "loop")
      usleep(500_000)
      #expect(try sandbox.davit("ps", "--status", "running", "--format", "{{.Name}}", "loop").out == "project-loop-1\n")
      kill(deaf.processIdentifier, SIGKILL)
      deaf.waitUntilExit()
      let keys = try sandbox.davit("compose", "attach", "--detach-keys", "nothing", "loop")
      #expect(keys.status == 1 && keys.err.contains("\"nothing\" is no key"), "\(keys.both)")
      let gone = try sandbox.davit("compose", "attach", "--index", "3", "cat")
      #expect(gone.status == 1 && gone.err.contains("is not running container #3"), "\(gone.both)")
    }
  }
}
