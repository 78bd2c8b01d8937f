import Dockerfile
import Testing

@Suite("Words of a Dockerfile")
struct WordLexerTests {
  private let environment = ["A": "hello", "EMPTY": "", "P": "a/b/c.tar.gz", "TWO": "x y"]

  private func text(_ source: String) throws -> String {
    try WordLexer.process(source) { environment[$0] }.text
  }

  @Test(
    "Variables are substituted with every operator",
    arguments: [
      ("$A", "hello"), ("${A}b", "hellob"), ("$NONE.", "."), ("${NONE:-d}", "d"), ("${EMPTY:-d}", "d"),
      ("${EMPTY-d}", ""),
      ("${A:+s}", "s"), ("${EMPTY+s}", "s"), ("${EMPTY:+s}", ""), ("${P#*/}", "b/c.tar.gz"), ("${P##*/}", "c.tar.gz"),
      ("${P%.*}", "a/b/c.tar"), ("${P%%.*}", "a/b/c"), ("${A/l/L}", "heLlo"), ("${A//l/L}", "heLLo"), ("\\$A", "$A"),
      ("'$A'", "$A"), ("\"$A\"", "hello"), ("\"a\\\"b\"", "a\"b"), ("${NONE:-${A}}", "hello"), ("$1x", "x"),
    ])
  func substitution(source: String, expected: String) throws { #expect(try text(source) == expected) }

  @Test(
    "What cannot be read says why",
    arguments: [
      ("${A", "missing '}'"), ("${}", "bad substitution"), ("'a", "single-quote"), ("\"a", "double-quote"),
      ("${NONE?no name}", "NONE: no name"), ("${EMPTY:?}", "EMPTY: is not allowed to be empty"),
      ("${A^}", "unsupported modifier (^)"), ("${A:#x}", "unsupported modifier (:#)"),
    ])
  func errors(source: String, reason: String) throws {
    let error = try #require(throws: WordLexer.SyntaxError.self) { try text(source) }
    #expect(error.description.contains(reason))
  }

  @Test("Words are split after substitution, and quotes keep them together")
  func words() throws {
    let words = try WordLexer.process("a  $TWO '$TWO' \"b $A\"c") { environment[$0] }.words
    #expect(words == ["a", "x", "y", "$TWO", "b helloc"])
  }

  @Test("Variables that were asked for are told apart by whether they are set")
  func usage() throws {
    let result = try WordLexer.process("$A ${NONE:-x}") { environment[$0] }
    #expect(result.used == ["A"] && result.unset == ["NONE"])
  }

  @Test("A pattern of many stars on a long text ends")
  func stars() throws {
    let text = String(repeating: "a", count: 2000)
    let source = "${L##" + String(repeating: "*a", count: 60) + "b}"
    #expect(try WordLexer.process(source) { _ in text }.text == text)
  }
}
