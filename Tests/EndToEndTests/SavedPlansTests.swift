import Foundation
import Testing

extension EndToEnd {
  private static func file(_ level: String) -> String {
    """
    services:
      web:
        image: busybox
        command: [sleep, infinity]
        stop_signal: SIGKILL
        environment: {LEVEL: "\(level)", PASSWORD: hunter2}
        configs: [settings]
      db:
        image: busybox
        command: [sleep, infinity]
        stop_signal: SIGKILL
    configs: {settings: {file: ./settings.txt}}
    """
  }

  @Test(
    "A saved plan is applied as it is, for its owner only, and refused, naming what moved, when the machine is not as it was"
  )
  func savedPlan() throws {
    try inSandbox { sandbox in
      try sandbox.write("settings.txt", "one")
      try sandbox.compose(Self.file("info"))
      let plan = try sandbox.davit("plan", "-o", "plan.json")
      #expect(plan.status == 2, "\(plan.both)")
      let mode = try FileManager.default.attributesOfItem(atPath: "\(sandbox.folder)/project/plan.json")
      #expect(mode[.posixPermissions] as? Int == 0o600)
      let text = try String(contentsOfFile: "\(sandbox.folder)/project/plan.json", encoding: .utf8)
      #expect(!text.contains("\"one\""))
      let apply = try sandbox.davit("apply", "plan.json")
      #expect(apply.status == 0, "\(apply.both)")
      #expect(try sandbox.davit("exec", "-T", "web", "cat", "/settings").out == "one")
      #expect(try sandbox.davit("plan").status == 0)

      try sandbox.compose(Self.file("debug"))
      #expect(try sandbox.davit("plan", "-o", "plan.json").status == 2)
      #expect(try sandbox.davit("kill", "db").status == 0)
      let moved = try sandbox.davit("apply", "plan.json")
      #expect(moved.status == 1)
      #expect(moved.err.contains("container project-db-1: is exited, and was running"), "\(moved.err)")
      #expect(try sandbox.davit("exec", "-T", "web", "sh", "-c", "echo $LEVEL").out == "info\n")

      #expect(try sandbox.davit("plan", "-o", "plan.json").status == 2)
      try sandbox.write("settings.txt", "two")
      let edited = try sandbox.davit("apply", "plan.json")
      #expect(edited.status == 1)
      #expect(edited.err.contains("config settings: its content is not what it was"), "\(edited.err)")
      let shown = try sandbox.davit("plan", "--format", "json")
      #expect(!shown.out.contains("hunter2"))
      try sandbox.write("shown.json", shown.out)
      let unsaved = try sandbox.davit("apply", "shown.json")
      #expect(unsaved.status == 1 && unsaved.err.contains("davit plan -o FILE"), "\(unsaved.err)")
    }
  }

  @Test("--target is about one service and what it depends on, --replace recreates one that is right")
  func targetAndReplace() throws {
    try inSandbox { sandbox in
      try sandbox.write("settings.txt", "one")
      try sandbox.compose(Self.file("info"))
      #expect(try sandbox.davit("up", "-d", "--target", "db").status == 0)
      #expect(try sandbox.davit("ps", "--services").out == "db\n")
      let id = try sandbox.davit("ps", "-q", "db").out
      #expect(try sandbox.davit("up", "-d", "--replace", "db").status == 0)
      let ids = try sandbox.davit("ps", "-q", "db").out
      #expect(ids != id && !ids.isEmpty)
      #expect(try sandbox.davit("up", "-d", "--replace", "nobody").status == 1)
      // One service at a time does not make the others unknown.
      #expect(try sandbox.davit("drift").status == 0)
    }
  }

  @Test("diff tells two files apart, two generations, and a file from what runs")
  func diff() throws {
    try inSandbox { sandbox in
      try sandbox.write("settings.txt", "one")
      try sandbox.compose(Self.file("info"))
      #expect(try sandbox.davit("up", "-d").status == 0)
      let none = try sandbox.davit("diff")
      #expect(none.status == 0, "\(none.both)")
      try sandbox.write("other.yaml", Self.file("debug"))
      let files = try sandbox.davit("diff", "compose.yaml", "other.yaml")
      #expect(files.status == 2)
      #expect(files.out.contains("services.web.environment.LEVEL: \"info\" → \"debug\""), "\(files.both)")
      #expect(try sandbox.davit("diff", "running", "other.yaml").status == 2)
      try sandbox.compose(Self.file("debug"))
      #expect(try sandbox.davit("up", "-d").status == 0)
      let generations = try sandbox.davit("diff", "1", "2", "--format", "json")
      #expect(generations.status == 2)
      #expect(generations.out.contains("\"services.web.environment.LEVEL\""), "\(generations.both)")
    }
  }

  @Test("Every apply is a generation; rollback brings an earlier one back with the configs that it had")
  func historyAndRollback() throws {
    try inSandbox { sandbox in
      try sandbox.write("settings.txt", "one")
      try sandbox.compose(Self.file("info"))
      #expect(try sandbox.davit("up", "-d").status == 0)
      try sandbox.write("settings.txt", "two")
      try sandbox.compose(Self.file("debug").replacing("  db:", with: "  cache:"))
      #expect(try sandbox.davit("up", "-d", "--remove-orphans").status == 0)
      // A converged up is none.
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("history", "-q").out == "2\n1\n")
      let back = try sandbox.davit("rollback")
      #expect(back.status == 0, "\(back.both)")
      #expect(try sandbox.davit("ps", "--services").out == "db\nweb\n")
      #expect(try sandbox.davit("exec", "-T", "web", "cat", "/settings").out == "one")
      #expect(try sandbox.davit("exec", "-T", "web", "sh", "-c", "echo $LEVEL").out == "info\n")
      let history = try sandbox.davit("history")
      #expect(history.out.contains("rollback"), "\(history.both)")
      #expect(try sandbox.davit("rollback", "2").status == 0)
      #expect(try sandbox.davit("exec", "-T", "web", "cat", "/settings").out == "two")
      #expect(try sandbox.davit("history", "--keep", "2", "-q").out == "4\n3\n")
      let unknown = try sandbox.davit("rollback", "1")
      #expect(unknown.status == 1 && unknown.err.contains("there are 3, 4"), "\(unknown.err)")
    }
  }

  @Test("Images of kept generations are not pruned, so that one can go back to them")
  func protectedImages() throws {
    try inSandbox { sandbox in
      try sandbox.compose("services: {web: {image: app, command: [sleep, infinity], stop_signal: SIGKILL}}")
      #expect(try sandbox.davit("image", "tag", "busybox", "app").status == 0)
      #expect(try sandbox.davit("up", "-d").status == 0)
      let old = try sandbox.davit("image", "ls", "-q", "--no-trunc", "app").out
      // The same name means another image now.
      let made = try sandbox.shell(
        "mkdir -p t/bin && cp $(command -v busybox) t/bin/ && ln -s busybox t/bin/sleep && tar -C t -cf t.tar .")
      #expect(made.status == 0)
      #expect(try sandbox.davit("image", "rm", "busybox").status == 0)
      #expect(try sandbox.davit("image", "import", "t.tar", "app").status == 0)
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("image", "prune", "-f").status == 0)
      let back = try sandbox.davit("rollback")
      #expect(back.status == 0, "\(back.both)")
      #expect(!old.isEmpty)
      try sandbox.importBusybox()
    }
  }
}
