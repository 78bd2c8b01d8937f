import Testing

@testable import Compose

@Suite struct QuantitySyntaxTests {
  @Test(
    "Durations are written in one way",
    arguments: [
      ("90s", "1m30s"), ("1h", "1h0m0s"), ("1.5s", "1.5s"), ("1500ms", "1.5s"), ("100us", "100µs"), ("1ns", "1ns"),
      ("0", "0s"), ("1d", "24h0m0s"), ("1w", "168h0m0s"), ("-5s", "-5s"), ("1h1ms", "1h0m0.001s"), (".5m", "30s"),
    ])
  func durations(text: String, printed: String) throws {
    #expect(DurationSyntax.text(try DurationSyntax.parse(text)) == printed)
  }

  @Test("What is no duration is refused", arguments: ["", "1", "s", "1x", "1.s.", ".s", "1 s", "1..5s", "9999999999h"])
  func badDurations(text: String) { #expect(throws: SyntaxProblem.self) { try DurationSyntax.parse(text) } }

  @Test(
    "Sizes count in powers of 1024",
    arguments: [
      ("1", 1), ("1b", 1), ("1k", 1024), ("1KB", 1024), ("1KiB", 1024), ("1 m", 1 << 20), ("1.5g", 3 << 29),
      ("2T", 2 << 40), ("1p", 1 << 50), ("-1", -1), ("0.5k", 512),
    ])
  func sizes(text: String, bytes: Int64) throws { #expect(try ByteSyntax.parse(text) == bytes) }

  @Test(
    "What is no size is refused", arguments: ["", "g", "1x", "1kk", "1bb", "0x10", "-1k", "1.2.3k", "99999999999p"])
  func badSizes(text: String) { #expect(throws: SyntaxProblem.self) { try ByteSyntax.parse(text) } }

  @Test(
    "A command is split as a shell would split it",
    arguments: [
      ("a  b", ["a", "b"]), ("sh -c 'echo \"x y\"'", ["sh", "-c", "echo \"x y\""]), ("a \"\" ''", ["a", "", ""]),
      ("a\\ b c\\\\", ["a b", "c\\"]), ("echo $X ${Y}", ["echo", "$X", "${Y}"]), ("a; b", ["a"]), ("a | b", ["a"]),
      ("x 2>f", ["x"]), ("a --x=\"y z\"", ["a", "--x=y z"]), ("echo $(date +%s)", ["echo", "$(date +%s)"]), ("", []),
    ])
  func words(text: String, expected: [String]) throws { #expect(try ShellWords.split(text) == expected) }

  @Test("A command with open quotes is refused", arguments: ["a 'b", "a \"b", "a `b", "a (b)", "a \\"])
  func openQuotes(text: String) { #expect(throws: SyntaxProblem.self) { try ShellWords.split(text) } }

  @Test(
    "Numbers are written as docker compose writes them",
    arguments: [
      (1.5, "1.5", "1.5"), (1e6, "1e+06", "1000000"), (0.1, "0.1", "0.1"), (1e-7, "1e-07", "1e-07"), (3, "3", "3"),
    ])
  func numbers(value: Double, text: String, json: String) {
    #expect(GoFormat.text(value) == text)
    #expect(GoFormat.json(value) == json)
  }
}
