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

  @Test("Without names, verbs leave services alone that are not enabled; down takes what run made only with orphans")
  func servicesThatAreNotEnabled() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: sleep 1000, stop_signal: SIGKILL}
          b: {image: busybox, command: sleep 1000, stop_signal: SIGKILL, profiles: [p]}
        """)
      #expect(try sandbox.davit("--profile", "p", "up", "-d").status == 0)
      #expect(try sandbox.davit("compose", "run", "-d", "--name", "once", "a").status == 0)
      for verb in ["stop", "start", "restart"] {
        let result = try sandbox.davit("compose", verb)
        #expect(result.status == 0 && !result.err.contains("project-b-1"), "\(verb): \(result.both)")
      }
      let down = try sandbox.davit("down")
      #expect(down.status == 0 && down.err.contains("network project_default stays"), "\(down.both)")
      let rest = try sandbox.davit("container", "ls", "-a", "--format", "{{.Names}} {{.State}}").out
      #expect(rest.split(separator: "\n").sorted() == ["once running", "project-b-1 running"], "\(rest)")
      #expect(try sandbox.davit("--profile", "p", "down", "--remove-orphans").status == 0)
      #expect(try sandbox.davit("container", "ls", "-aq").out == "")
    }
  }
}
