import Foundation
import Testing

extension EndToEnd {
  @Test("An attached up shows and waits for what it is told to, tells restarts, and ends all for a failure")
  func attachedFlags() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          db: {image: busybox, command: [sh, -c, "echo from db; sleep 1"], init: true}
          web: {image: busybox, command: [sh, -c, "echo from web; sleep 1; exit 3"], init: true, depends_on: [db]}
          again: {image: busybox, command: [sh, -c, "echo once more; exit 5"], restart: "on-failure:1", profiles: [r]}
          long: {image: busybox, command: sleep 1000, stop_signal: SIGKILL, profiles: [long]}
        """)
      let one = try sandbox.davit("up", "web")
      #expect(one.status == 0 && one.out.hasPrefix("Attaching to web-1\n") && !one.out.contains("db-1"), "\(one.both)")
      try sandbox.davit("down", "-t", "0")
      let both = try sandbox.davit("up", "--attach-dependencies", "web")
      #expect(both.out.hasPrefix("Attaching to db-1, web-1\n"), "\(both.both)")
      // Names stand in columns from the first line on.
      #expect(both.out.contains("\ndb-1   | from db\n") && both.out.contains("\nweb-1  | from web\n"), "\(both.both)")
      #expect(both.out.contains("web-1 exited with code 3\n"))
      let restarted = try sandbox.davit("up", "again")
      #expect(
        restarted.out
          == """
          Attaching to again-1
          again-1  | once more
          again-1 exited with code 5 (restarting)
          again-1  | once more
          again-1 exited with code 5

          """, "\(restarted.both)")
      // What ends well ends nothing else; a failure does, with its status.
      let failed = try sandbox.davit("--profile", "long", "up", "--abort-on-container-failure", "--menu=false")
      #expect(failed.status == 3 && failed.err.contains("Aborting on container exit..."), "\(failed.both)")
      #expect(try sandbox.davit("ps", "-q").out == "")
      for words in [
        ["--abort-on-container-failure", "--abort-on-container-exit"], ["-d", "--abort-on-container-failure"],
        ["--wait", "--attach-dependencies"], ["-d", "--menu"], ["--attach", "db", "--attach-dependencies"],
        ["--build", "--no-build"], ["-w", "--no-build"], ["--force-recreate", "--no-recreate"],
        ["--no-recreate", "-V"], ["--wait", "--wait-timeout=-1"], ["--pull", "sometimes"],
      ] {
        let refused = try sandbox.run(["\(Sandbox.binaries)/davit", "compose", "up"] + words)
        #expect(refused.status == 1 && !refused.err.isEmpty, "\(words): \(refused.both)")
      }
    }
  }

  @Test("up, create and plan recreate, keep, rerun and leave alone what their flags say")
  func convergenceFlags() throws {
    try inSandbox { sandbox in
      func compose(_ level: String, data: String = "{}") throws {
        try sandbox.compose(
          """
          services:
            db: {image: busybox, command: sleep 1000, stop_signal: SIGKILL, volumes: [/anon, "data:/data"]}
            web: {image: busybox, command: sleep 1000, stop_signal: SIGKILL, depends_on: [db], environment: {L: "\(level)"}}
            once: {image: busybox, command: echo ran}
          volumes: {data: \(data)}
          """)
      }
      func ids() throws -> [String: String] {
        let lines = try sandbox.davit("ps", "-a", "--format", "{{.Service}} {{.ID}}").out.split(separator: "\n")
        return Dictionary(
          uniqueKeysWithValues: lines.map { line in
            let words = line.split(separator: " ").map(String.init)
            return (words[0], words[1])
          })
      }
      /// The services that a command made anew.
      func recreated(_ words: String...) throws -> [String] {
        let before = try ids()
        let result = try sandbox.run(["\(Sandbox.binaries)/davit"] + words)
        #expect(result.status == 0, "\(words): \(result.both)")
        return try ids().filter { before[$0.key] != $0.value }.keys.sorted()
      }
      try compose("1")
      #expect(try recreated("up", "-d", "-y", "--quiet-pull", "--quiet-build") == ["db", "once", "web"])
      try compose("2")
      #expect(try recreated("up", "-d", "--no-recreate") == [])
      #expect(try recreated("create", "--no-recreate", "-y", "--quiet-pull", "--no-build") == [])
      let kept = try sandbox.davit("plan", "--no-recreate")
      #expect(kept.status == 0, "\(kept.both)")
      let changed = try sandbox.davit("plan", "--pull", "never", "--no-build", "--quiet-pull", "-y")
      #expect(changed.status == 2 && changed.out.contains("recreate  container  project-web-1"), "\(changed.both)")
      let alone = try sandbox.davit("plan", "--no-deps", "--target", "db")
      #expect(alone.status == 0 && alone.out.contains("Nothing to do"), "\(alone.both)")
      let all = try sandbox.davit("plan", "--force-recreate")
      #expect(all.status == 2 && all.out.contains("recreate  container  project-db-1"), "\(all.both)")
      let deps = try sandbox.davit("plan", "--always-recreate-deps", "web")
      #expect(deps.out.contains("container  project-db-1") && deps.out.contains("container  project-web-1"))
      #expect(try sandbox.davit("plan", "--replace", "db").out.contains("recreate  container  project-db-1"))
      #expect(try sandbox.davit("plan", "--scale", "web=2").out.contains("project-web-2"))
      #expect(try sandbox.davit("plan", "--rerun-completed").out.contains("container  project-once-1"))
      #expect(try sandbox.davit("plan", "-V", "db").out.contains("recreate  container  project-db-1"))
      #expect(try recreated("up", "-d", "--always-recreate-deps", "web") == ["db", "web"])
      #expect(try recreated("create", "--always-recreate-deps", "web") == ["db"])
      try compose("3")
      #expect(try recreated("create", "--no-deps", "--target", "db") == [])
      #expect(try recreated("create", "--replace", "db", "--target", "db") == ["db"])
      try sandbox.davit("start")
      let started = try sandbox.davit("container", "inspect", "-f", "{{.State.StartedAt}}", "project-once-1").out
      #expect(try recreated("create", "--rerun-completed", "once") == [])
      #expect(try recreated("up", "-d", "--rerun-completed", "--no-deps", "once") == [])
      #expect(
        try sandbox.davit("container", "inspect", "-f", "{{.State.StartedAt}}", "project-once-1").out != started)
      // Volumes: new anonymous ones, and a named one whose definition changed.
      try sandbox.davit("up", "-d")
      try sandbox.davit("exec", "-T", "db", "sh", "-c", "touch /anon/x /data/x")
      #expect(try recreated("create", "-V", "db") == ["db"])
      try sandbox.davit("start", "db")
      #expect(try sandbox.davit("exec", "-T", "db", "ls", "/anon", "/data").out == "/anon:\n\n/data:\nx\n")
      try compose("3", data: "{labels: {new: label}}")
      #expect(try sandbox.davit("plan", "--recreate-volumes").out.contains("volume"))
      #expect(try recreated("create", "--recreate-volumes") == ["db"])
      try sandbox.davit("up", "-d", "--recreate-volumes")
      #expect(try sandbox.davit("exec", "-T", "db", "ls", "/data").out == "")
    }
  }

  @Test("Orphans go when create, run and reconcile are told so, and the services' own containers stay")
  func orphansOfOtherVerbs() throws {
    try inSandbox { sandbox in
      let service = "{image: busybox, command: sleep 1000, stop_signal: SIGKILL}"
      func orphan() throws {
        try sandbox.compose("services: {old: \(service), web: \(service)}")
        #expect(try sandbox.davit("up", "-d").status == 0)
        try sandbox.compose("services: {web: \(service)}")
      }
      func services() throws -> String { try sandbox.davit("ps", "-a", "--services").out }
      try orphan()
      let plan = try sandbox.davit("plan", "--remove-orphans")
      #expect(plan.status == 2 && plan.out.contains("remove  container  project-old-1"), "\(plan.both)")
      #expect(try sandbox.davit("create", "--remove-orphans").status == 0)
      #expect(try services() == "web\n")
      try orphan()
      let run = try sandbox.davit("run", "--rm", "--remove-orphans", "web", "echo", "ran")
      #expect(run.out == "ran\n", "\(run.both)")
      #expect(try services() == "web\n")
      try orphan()
      #expect(try sandbox.davit("reconcile", "--once", "-t", "1").status == 0)
      #expect(try services() == "old\nweb\n")
      #expect(try sandbox.davit("reconcile", "--once", "--remove-orphans").status == 0)
      #expect(try services() == "web\n")
    }
  }
}
