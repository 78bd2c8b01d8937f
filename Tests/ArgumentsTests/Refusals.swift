import Diagnostics
import Testing

@testable import Arguments

private let command = {
  var command = Command(
    "tool", "Does things",
    flags: [
      .boolean("detach", "d", "In the background"), .integer("timeout", "t", "Seconds"),
      .boolean("watch", "w", "Watch").refused(because: "watching is not built in"),
      .list("old", nil, "Old").hidden,
    ]
  ) { _ in 0 }
  command.usageStatus = 125
  return command
}()

private func failure(_ words: String...) -> Failure? {
  #expect(throws: Failure.self) { try command.parse(words) }
}

@Suite("Refused command lines") struct Refusals {
  @Test("an unknown flag is named, with the nearest known one") func unknownFlag() {
    #expect(failure("--detatch")?.message == "unknown flag: --detatch")
    #expect(failure("--detatch")?.hint == "did you mean --detach? see `tool --help`")
    #expect(failure("--nothing-like-it=3")?.message == "unknown flag: --nothing-like-it")
    #expect(failure("--nothing-like-it=3")?.hint == "see `tool --help`")
  }

  @Test("hidden flags are understood and never suggested") func hidden() throws {
    #expect(try command.parse(["--old", "x"]).list("old") == ["x"])
    #expect(failure("--olt")?.hint == "see `tool --help`")
  }

  @Test("an unknown letter is shown in its cluster") func unknownLetter() {
    #expect(failure("-dx")?.message == "unknown shorthand flag: 'x' in -dx")
  }

  @Test("a missing value is named by the flag as it was written") func missingValue() {
    #expect(failure("--timeout")?.message == "flag needs an argument: --timeout")
    #expect(failure("-dt")?.message == "flag needs an argument: 't' in -dt")
  }

  @Test("a value of the wrong kind says what was expected") func wrongKind() {
    #expect(failure("-t", "x")?.message == "invalid argument \"x\" for \"-t, --timeout\" flag: not a whole number")
    #expect(
      failure("--detach=maybe")?.message
        == "invalid argument \"maybe\" for \"-d, --detach\" flag: neither true nor false")
  }

  @Test("the exit status is the one that the command promises") func status() {
    #expect(failure("--bogus")?.exitStatus == 125)
    #expect(failure("extra")?.exitStatus == 1, "as docker's commands")
  }

  @Test("a flag that is known and not supported is refused by name, unless it asks for nothing") func refused() throws {
    #expect(failure("-w")?.description == "tool --watch: watching is not built in")
    #expect(failure("-w")?.code == .unsupported)
    _ = try command.parse(["--watch=false"])
  }

  @Test("--help wins over everything that follows, and over missing arguments") func help() throws {
    #expect(try command.parse(["--help", "--bogus"]).wantsHelp)
    #expect(try command.parse(["-h"]).wantsHelp)
  }
}
