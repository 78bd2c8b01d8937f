import Testing

extension EndToEnd {
  @Test("An unknown attribute is refused with its place, its path and the nearest known name")
  func unknownAttribute() throws {
    try inSandbox { sandbox in
      try sandbox.compose("services:\n  web:\n    image: busybox\n    comand: [sleep]\n    prots: []\n")
      let up = try sandbox.davit("up", "-d")
      #expect(up.status != 0)
      #expect(
        up.err.contains("compose.yaml:4:5") && up.err.contains("services.web") && up.err.contains("command"),
        "\(up.err)")
      #expect(up.err.contains("compose.yaml:5:5") && up.err.contains("ports"), "\(up.err)")
    }
  }

  @Test("An image that is nowhere to be had is named, and nothing is made")
  func missingImage() throws {
    try inSandbox { sandbox in
      try sandbox.compose("services:\n  web:\n    image: nowhere/app:1\n")
      let up = try sandbox.davit("up", "-d")
      #expect(up.status != 0)
      #expect(up.err.contains("nowhere/app:1"), "\(up.err)")
      #expect(try sandbox.davit("ls", "-aq").out.isEmpty)
      #expect(try sandbox.shell("ip -o link | wc -l").out.trimmed == "1")
    }
  }

  @Test("A folder without a compose file says where it looked")
  func noFile() throws {
    try inSandbox { sandbox in
      let up = try sandbox.davit("up", "-d")
      #expect(up.status != 0)
      #expect(up.err.contains("compose.yaml"), "\(up.err)")
    }
  }

  @Test("A failure inside the child names step, path and reason")
  func childFailure() throws {
    try inSandbox { sandbox in
      try sandbox.write("file", "x")
      try sandbox.compose(
        "services: {a: {image: busybox, command: [\"true\"], volumes: [\"./file:/etc/passwd/below\"]}}")
      let up = try sandbox.davit("up", "-d")
      #expect(up.status != 0)
      #expect(up.err.contains("/etc/passwd/below") && up.err.contains("Not a directory"), "\(up.err)")
    }
  }
}
