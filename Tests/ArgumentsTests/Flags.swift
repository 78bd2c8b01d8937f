import Diagnostics
import Testing

@testable import Arguments

/// A command with one flag of every kind.
private let command = {
  var command = Command(
    "tool", "Does things",
    flags: [
      .boolean("detach", "d", "In the background"), .boolean("interactive", "i", "Keep stdin open", initially: true),
      .boolean("tty", "t", "A terminal"), .text("name", "n", "A name", initially: "anyone"),
      .list("publish", "p", "A port"), .integer("tail", nil, "Lines"),
    ], arity: .atLeast(0))
  command.action = { _ in 0 }
  return command
}()

private func parse(_ words: String...) throws -> ParsedArguments { try command.parse(words) }

@Suite("Flags") struct Flags {
  @Test("short flags may be written together") func clusters() throws {
    let parsed = try parse("-dt")
    #expect(parsed.boolean("detach") && parsed.boolean("tty"))
  }

  @Test("the value of a short flag may be attached, behind =, or the next word")
  func shortValues() throws {
    for words in [["-p8080:80"], ["-p=8080:80"], ["-p", "8080:80"], ["-dp8080:80"], ["-dp", "8080:80"]] {
      #expect(try command.parse(words).list("publish") == ["8080:80"], "\(words)")
    }
  }

  @Test("the value of a long flag is behind = or the next word") func longValues() throws {
    #expect(try parse("--name=x").text("name") == "x")
    #expect(try parse("--name", "x").text("name") == "x")
    #expect(try parse("--name=").text("name") == "")
    #expect(try parse("--name=a=b").text("name") == "a=b")
  }

  @Test("a value may begin with a dash") func dashedValue() throws {
    #expect(try parse("--name", "-x").text("name") == "-x")
    #expect(try parse("--tail", "-1").integer("tail") == -1)
  }

  @Test("a boolean takes a value only behind =") func booleans() throws {
    #expect(try parse("--tty=false").boolean("tty") == false)
    #expect(try parse("-t=0").boolean("tty") == false)
    #expect(try parse("--interactive=F").boolean("interactive") == false)
    #expect(try parse().boolean("interactive"))
    let spaced = try parse("--tty", "false")
    #expect(spaced.boolean("tty") && spaced.positionals == ["false"])
  }

  @Test("every value of a list counts, the last one of any other flag does") func repeated() throws {
    #expect(try parse("-p1", "x", "--publish=2", "-p", "3").list("publish") == ["1", "2", "3"])
    #expect(try parse("-na", "--name=b").text("name") == "b")
    #expect(try parse("-t", "--tty=false").boolean("tty") == false)
  }

  @Test("a list keeps commas, because values such as --env contain them") func commas() throws {
    #expect(try parse("-p", "a,b").list("publish") == ["a,b"])
  }

  @Test("a flag that is not given has its initial value and says that it is not given") func initial() throws {
    let parsed = try parse()
    #expect(parsed.text("name") == "anyone" && !parsed.isGiven("name"))
    #expect(parsed.integer("tail") == nil && parsed.list("publish").isEmpty)
    #expect(try parse("--name", "anyone").isGiven("name"))
  }

  @Test(
    "whole numbers are read as Go reads them",
    arguments: [
      ("10", 10), ("-1", -1), ("+3", 3), ("0x1f", 31), ("0o17", 15), ("017", 15), ("0b101", 5), ("1_000", 1000),
      ("0", 0),
    ])
  func integers(_ text: String, _ value: Int) throws {
    #expect(try parse("--tail", text).integer("tail") == value)
  }

  @Test("what is no number is refused", arguments: ["", "x", "1.5", "-", "0x", "08", "1__0", "1_", "_1", "--1"])
  func noIntegers(_ text: String) {
    #expect(throws: Failure.self) { try parse("--tail=\(text)") }
  }
}
