import Testing

@testable import Arguments

@Test("A flag answers to its former names, and is asked for by its own")
func formerNames() throws {
  let command = Command(
    "run", "", flags: [.boolean("no-tty", "T", "").aliased("no-TTY"), .list("volume", "v", "").aliased("volumes")])
  let parsed = try command.parse(["--no-TTY", "--volumes=a:/a", "-v", "b:/b"])
  #expect(parsed.boolean("no-tty") && parsed.list("volume") == ["a:/a", "b:/b"])
  #expect(throws: (any Error).self) { try command.parse(["--no-Tty"]) }
}
