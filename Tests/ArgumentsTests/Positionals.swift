import Diagnostics
import Testing

@testable import Arguments

private func command(stopping: Bool = false, arity: ClosedRange<Int> = .atLeast(0)) -> Command {
  var command = Command(
    "tool", "Does things", flags: [.boolean("tty", "t", "A terminal"), .text("user", "u", "Who")], arity: arity
  ) { _ in 0 }
  command.stopsAtFirstPositional = stopping
  return command
}

@Suite("Positional arguments") struct Positionals {
  @Test("flags may stand between and behind them") func interspersed() throws {
    let parsed = try command().parse(["web", "-t", "db", "--user=me"])
    #expect(parsed.positionals == ["web", "db"])
    #expect(parsed.boolean("tty") && parsed.text("user") == "me")
  }

  @Test("-- ends the flags and is not an argument itself") func terminator() throws {
    let parsed = try command().parse(["web", "--", "-t", "--", "--user"])
    #expect(parsed.positionals == ["web", "-t", "--", "--user"])
    #expect(!parsed.boolean("tty"))
  }

  @Test("a lone dash is an argument: standard input") func dash() throws {
    #expect(try command().parse(["-", "-t"]).positionals == ["-"])
  }

  @Test("behind the first, exec and run take everything as it stands") func stopping() throws {
    let parsed = try command(stopping: true).parse(["-u", "me", "web", "ls", "-t", "--help", "--", "x"])
    #expect(parsed.positionals == ["web", "ls", "-t", "--help", "--", "x"])
    #expect(!parsed.boolean("tty") && !parsed.wantsHelp && parsed.text("user") == "me")
  }

  @Test("too few or too many are refused with the way to the help")
  func counts() {
    let cases: [(ClosedRange<Int>, [String], String)] = [
      (1...1, [], "\"tool\" requires exactly 1 argument, received 0"),
      (.atLeast(2), ["a"], "\"tool\" requires at least 2 arguments, received 1"),
      (0...1, ["a", "b"], "\"tool\" accepts at most 1 argument, received 2"),
      (0...0, ["a"], "\"tool\" accepts no arguments, received 1"),
    ]
    for (arity, words, message) in cases {
      let failure = #expect(throws: Failure.self) { try command(arity: arity).parse(words) }
      #expect(failure?.message == message)
      #expect(failure?.hint == "see `tool --help`")
    }
  }
}
