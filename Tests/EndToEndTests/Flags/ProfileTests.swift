import Testing

extension EndToEnd {
  @Test("Naming a service enables it for every verb, whatever its profiles; a project's name has to be one")
  func namedServicesOfProfiles() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: sleep 1000, stop_signal: SIGKILL}
          b: {image: busybox, command: [sh, -c, "echo out; sleep 1000"], stop_signal: SIGKILL, profiles: [p]}
        """)
      #expect(try sandbox.davit("--profile", "p", "up", "-d").status == 0)
      try eventually { try sandbox.davit("compose", "logs", "--no-log-prefix", "b").out == "out\n" }
      #expect(try sandbox.davit("compose", "exec", "-T", "b", "echo", "x").out == "x\n")
      for verb in ["stop", "start", "restart", "kill"] {
        let result = try sandbox.davit("compose", verb, "b")
        #expect(result.status == 0 && result.err.contains("project-b-1") && !result.err.contains("project-a-1"))
      }
      #expect(try sandbox.davit("compose", "rm", "-f", "b").out == "Going to remove project-b-1\n")
      let none = try sandbox.davit("compose", "kill", "b")
      #expect(none.status == 0 && none.err == "No container to kill\n", "\(none.both)")
      let unknown = try sandbox.davit("compose", "stop", "nope")
      #expect(unknown.status == 1 && unknown.err.contains("no such service: nope"))
      let wrong = try sandbox.davit("compose", "-p", "UPPER", "ps")
      #expect(wrong.status == 1 && wrong.err.contains("cannot be the name of a project"), "\(wrong.both)")
    }
  }
}
