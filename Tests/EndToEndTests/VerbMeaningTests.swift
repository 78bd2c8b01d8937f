import Testing

extension EndToEnd {
  @Test("A verb that docker and docker compose share means single objects, and the project's where a project is")
  func sharedVerbs() throws {
    try inSandbox { sandbox in
      let images = try sandbox.davit("images")
      #expect(
        images.status == 0 && images.out.hasPrefix("REPOSITORY") && images.out.contains("busybox"), "\(images.both)")
      #expect(try sandbox.davit("ps").out.hasPrefix("CONTAINER ID"))

      try sandbox.compose("services: {web: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}}")
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("images").out.hasPrefix("CONTAINER "))
      #expect(try sandbox.davit("ps").out.hasPrefix("NAME"))
      #expect(try sandbox.davit("exec", "-T", "web", "echo", "hi").out.trimmed == "hi")
      // A service, an image that is none, a container, two files.
      #expect(try sandbox.davit("run", "--rm", "-T", "web", "echo", "one").out.trimmed == "one")
      #expect(try sandbox.davit("run", "--rm", "--network", "none", "busybox", "echo", "two").out.trimmed == "two")
      let container = try sandbox.davit("ps", "-q").out.trimmed
      #expect(try sandbox.davit("exec", container, "touch", "/new").status == 0)
      #expect(try sandbox.davit("diff", container).out.contains("A /new"))
      try sandbox.shell("sed s/infinity/1d/ compose.yaml >other.yaml")
      let files = try sandbox.davit("diff", "compose.yaml", "other.yaml")
      #expect(files.status == 2 && files.out.contains("command"), "\(files.both)")
      // Docker's, whatever is here.
      #expect(try sandbox.davit("image", "ls").out.hasPrefix("REPOSITORY"))
      #expect(try sandbox.davit("container", "ls").out.hasPrefix("CONTAINER ID"))
    }
  }
}
