import Testing

extension EndToEnd {
  @Test("rm -f of what is not there is no failure, and prints no name; a container cannot be renamed to its own name")
  func namesOfContainers() throws {
    try inSandbox { sandbox in
      #expect(try sandbox.davit("create", "--name", "one", "busybox").status == 0)
      let renamed = try sandbox.davit("rename", "one", "one")
      #expect(renamed.status == 1 && renamed.err.contains("same name"), "\(renamed)")
      let removed = try sandbox.davit("container", "rm", "-f", "none", "one")
      #expect(
        removed.status == 0 && removed.out == "one\n" && removed.err.contains("none: no such container"), "\(removed)")
    }
  }
}
