import Foundation
import Testing

extension EndToEnd {
  @Test("Ctrl-C on an attached up stops the project in order, shows its last words and ends with 130")
  func interruptedUp() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sh, -c, "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.1; done"]
        """)
      let up = try sandbox.start(["\(Sandbox.binaries)/davit", "up"])
      var seen = Data()
      while !String(decoding: seen, as: UTF8.self).contains("a-1  | ready") {
        let part = up.out.fileHandleForReading.availableData
        if part.isEmpty { break }
        seen += part
      }
      kill(up.process.processIdentifier, SIGINT)
      seen += up.out.fileHandleForReading.readDataToEndOfFile()
      up.process.waitUntilExit()
      let out = String(decoding: seen, as: UTF8.self)
      let err = String(decoding: up.err.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(up.process.terminationStatus == 130, "\(out)\(err)")
      #expect(out.contains("a-1  | bye\n"), "\(out)\(err)")
      #expect(err.contains("Gracefully stopping"), "\(err)")
      #expect(try sandbox.davit("ps", "-q").out == "")
      #expect(try sandbox.davit("ps", "-a", "--format", "{{.State}}").out == "exited\n")
    }
  }

  @Test("--abort-on-container-exit ends all when one ends, with its status")
  func abortOnExit() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          once: {image: busybox, command: [sh, -c, "sleep 0.3; exit 4"]}
          ever: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        """)
      let up = try sandbox.davit("up", "--abort-on-container-exit")
      #expect(up.status == 4, "\(up.both)")
      #expect(up.out.contains("once-1 exited with code 4"), "\(up.both)")
      #expect(try sandbox.davit("ps", "-q").out == "")
    }
  }

  @Test("ps speaks docker compose's columns, JSON and templates, and filters by status")
  func ps() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        name: shop
        services:
          web: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, ports: ["127.0.0.1:8080:80"]}
          once: {image: busybox, command: [sh, -c, "exit 3"]}
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      _ = try sandbox.davit("wait", "once")
      let table = try sandbox.davit("ps").out
      #expect(table.hasPrefix("NAME         IMAGE     COMMAND            SERVICE   CREATED"), "\(table)")
      #expect(table.contains("127.0.0.1:8080->80/tcp") && !table.contains("once"))
      let json = try sandbox.davit("ps", "-a", "--format", "json").out.split(separator: "\n")
      #expect(json.count == 2)
      let row = try #require(try JSONSerialization.jsonObject(with: Data(json[1].utf8)) as? [String: Any])
      #expect(row["Name"] as? String == "shop-web-1" && row["State"] as? String == "running")
      let publishers = try #require(row["Publishers"] as? [[String: Any]])
      #expect(publishers.first?["PublishedPort"] as? Int == 8080)
      let exited = try sandbox.davit("ps", "--status", "exited", "--format", "{{.Service}} {{.ExitCode}}").out
      #expect(exited == "once 3\n")
      #expect(try sandbox.davit("compose", "ps", "--services").out == "web\n")
      #expect(try sandbox.davit("port", "web", "80").out == "127.0.0.1:8080\n")
      #expect(try sandbox.davit("port", "web", "81").status == 1)
      #expect(try sandbox.davit("ls").out.contains("running(1)"))
      #expect(try sandbox.davit("top").out.contains("sleep infinity"))
      let state = try sandbox.davit("inspect", "-f", "{{.State.Status}} {{.Config.Image}}", "shop-web-1")
      #expect(state.out == "running busybox\n", "\(state.both)")
    }
  }

  @Test("run makes a container beside the service's, returns its status, and --rm leaves nothing of it")
  func oneOff() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        name: shop
        services:
          web:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            ports: ["127.0.0.1:8080:80"]
            environment: {FROM: file}
            depends_on: [db]
          db: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        """)
      let run = try sandbox.davit(
        "run", "--rm", "-T", "-e", "MORE=$yes", "web", "sh", "-c", "echo $FROM $MORE; cat; exit 7", input: "typed")
      #expect(run.out == "file $yes\ntyped", "\(run.both)")
      #expect(run.status == 7)
      #expect(try sandbox.davit("ps", "-a", "--format", "{{.Name}}").out == "shop-db-1\n")
      let kept = try sandbox.davit("run", "-d", "--name", "kept", "--no-deps", "web", "sleep", "100")
      #expect(kept.status == 0 && kept.out.count == 65, "\(kept.both)")
      #expect(try sandbox.davit("ps", "-q").out.split(separator: "\n").count == 1, "ps without -a shows no one-off")
      #expect(try sandbox.davit("ps", "-a", "--format", "{{.Name}}").out == "kept\nshop-db-1\n")
      #expect(try sandbox.davit("up", "-d").status == 0, "the port is the service's")
    }
  }

  @Test("What cannot be done is refused by name, with the statuses that scripts know")
  func refusals() throws {
    try inSandbox { sandbox in
      try sandbox.compose("services: {a: {image: busybox}}")
      let watch = try sandbox.davit("up", "--watch")
      #expect(watch.status == 1 && watch.err.contains("configured for watch"), "\(watch.both)")
      #expect(try sandbox.davit("up", "-d", "--abort-on-container-exit").status == 1)
      let unknown = try sandbox.davit("up", "--detatch")
      #expect(unknown.status == 16 && unknown.err.contains("did you mean --detach?"), "\(unknown.both)")
      #expect(try sandbox.davit("compose", "exec", "nope", "ls").err.contains("no such service: nope"))
      #expect(try sandbox.davit("exec", "nope", "ls").err.contains("no such container"))
      #expect(try sandbox.davit("exec", "-T", "a", "ls").err.contains("service \"a\" is not running"))
      #expect(try sandbox.davit("ps", "--dry-run").status == 0)
      for (words, reason) in [
        (["build", "--builder", "x"], "builds by itself"), (["build", "-m", "1g"], "no such limit"),
        (["build", "--no-rm"], "leave no containers"), (["build", "--print"], "no bake"),
        (["alpha", "dry-run", "--", "up"], "--dry-run"), (["alpha", "generate", "a"], "written by hand"),
        (["bridge", "convert"], "Kubernetes"), (["bridge", "transformations", "create", "x"], "Kubernetes"),
        (["bridge", "transformations", "ls"], "Kubernetes"),
      ] {
        let refused = try sandbox.run(["\(Sandbox.binaries)/davit", "compose"] + words)
        #expect(refused.status != 0 && refused.err.contains(reason), "\(words): \(refused.both)")
      }
      #expect(try sandbox.davit("up", "--dry-run").err.contains("DRY-RUN MODE -  Container project-a-1  Creating\n"))
      #expect(try sandbox.davit("ps", "-aq").out == "", "a dry run makes nothing")
    }
  }

  @Test("What runs can be looked at and taken down when the files that it was made from are gone")
  func withoutFiles() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        name: shop
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            env_file: [a.env]
            secrets: [key]
        secrets: {key: {file: ./key.txt}}
        """)
      let files = [try sandbox.write("a.env", "A=1"), try sandbox.write("key.txt", "k")]
      #expect(try sandbox.davit("up", "-d").status == 0)
      for file in files { try FileManager.default.removeItem(atPath: file) }
      #expect(try sandbox.davit("ps", "--services").out == "a\n")
      #expect(try sandbox.davit("exec", "-T", "a", "sh", "-c", "echo $A").out == "1\n")
      #expect(try sandbox.davit("restart").status == 0)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 1 && up.err.contains("a.env"), "\(up.both)")
      let down = try sandbox.davit("down")
      #expect(down.status == 0, "\(down.both)")
      #expect(try sandbox.davit("-p", "shop", "ps", "-aq").out == "")
    }
  }

  @Test("up of one service leaves the others alone, orphans asked for or not")
  func upOfOne() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        name: shop
        services:
          a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
          b: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
          c: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, profiles: [extra]}
        """)
      #expect(try sandbox.davit("--profile", "extra", "up", "-d").status == 0)
      let before = try sandbox.davit("ps", "-q").out
      #expect(try sandbox.davit("up", "-d", "--remove-orphans", "a").status == 0)
      #expect(try sandbox.davit("up", "-d", "--remove-orphans").status == 0)
      #expect(try sandbox.davit("ps", "-q").out == before)
      #expect(before.split(separator: "\n").count == 3)
    }
  }

  @Test("logs -f goes on over a restart")
  func followingOverRestart() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sh, -c, "echo begun; sleep 1000"]
            stop_signal: SIGKILL
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      let logs = try sandbox.start(["\(Sandbox.binaries)/davit", "logs", "-f"])
      defer { logs.process.terminate() }
      var seen = ""
      func read(until count: Int) {
        while seen.split(separator: "\n").count < count {
          let part = logs.out.fileHandleForReading.availableData
          if part.isEmpty { return }
          seen += String(decoding: part, as: UTF8.self)
        }
      }
      read(until: 1)
      #expect(try sandbox.davit("restart", "-t", "0").status == 0)
      read(until: 2)
      #expect(seen == "a-1  | begun\na-1  | begun\n")
    }
  }
}
