import Foundation
import Testing

extension EndToEnd {
  @Test("scale makes and removes replicas, with or without what the service depends on, and names what is no number")
  func scaling() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        x-idle: &idle {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        services:
          a: {<<: *idle, depends_on: [b]}
          b: {<<: *idle}
          c: {<<: *idle, scale: 0}
        """)
      func replicas() throws -> String {
        try sandbox.davit("ps", "--format", "{{.Name}}").out.replacing("\n", with: " ").replacing("project-", with: "")
      }
      let alone = try sandbox.davit("scale", "--no-deps", "a=2")
      #expect(try alone.status == 0 && replicas() == "a-1 a-2 ", "\(alone.both)")
      let both = try sandbox.davit("compose", "scale", "a=1", "c=2")
      #expect(try both.status == 0 && replicas() == "a-1 b-1 c-1 c-2 ", "\(both.both)")
      #expect(try sandbox.davit("alpha", "scale", "c=0").status == 0)
      #expect(try replicas() == "a-1 b-1 ")
      for (word, message) in [
        ("a=x", "invalid scale specifier: a=x"), ("d=1", "there is no service `d`"), ("a", "invalid scale"),
      ] {
        let refused = try sandbox.davit("scale", word)
        #expect(refused.status == 1 && refused.err.contains(message), "\(refused.both)")
      }
    }
  }

  @Test("--wait believes no program that ends with a failure right after its start, and one that ends well")
  func endsAtOnce() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          stays: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
          well: {image: busybox, command: ["true"]}
          badly: {image: busybox, command: [sh, -c, "echo no database; sleep 0.1; exit 3"]}
        """)
      let failed = try sandbox.davit("up", "--wait")
      #expect(failed.status == 1, "\(failed.both)")
      #expect(
        failed.err.contains("project-badly-1 exited (3)") && failed.err.contains("| no database"), "\(failed.err)")
      #expect(try sandbox.davit("up", "--wait", "stays", "well").status == 0)
    }
  }
}
