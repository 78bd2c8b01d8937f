import Testing

@testable import Compose

@Suite struct DotenvParserTests {
  private func parse(_ text: String, _ outside: [String: String] = [:]) throws -> [String: String] {
    var variables: [String: String] = [:]
    var parser = DotenvParser(lookup: { outside[$0] })
    try parser.parse(text, into: &variables)
    return variables
  }

  private func problem(_ text: String) -> DotenvParser.Problem? {
    do {
      _ = try parse(text)
      return nil
    } catch {
      return error as? DotenvParser.Problem
    }
  }

  @Test(
    "A line is a name and a value",
    arguments: [
      ("A=1", "1"), ("A = 1 ", "1"), ("A: 1", "1"), ("export A=1", "1"), ("export\tA=1", "1"), ("A=", ""), ("A==", "="),
      ("A=x=y", "x=y"), ("A=x # note", "x"), ("A=x#y", "x#y"), ("A=x\r\nB=2", "x"), ("\u{FEFF}A=1", "1"),
      ("# note\n\n  A=1", "1"), ("A=\\n", "\\n"), ("\u{A0}A=1", "1"),
    ])
  func plain(text: String, value: String) throws { #expect(try parse(text)["A"] == value) }

  @Test(
    "Double quotes know escapes, lines and variables",
    arguments: [
      ("A=\"a b\"", "a b"), ("A=\"a\nb\"", "a\nb"), ("A=\"a\\nb\\t\\\"c\\\"\"", "a\nb\t\"c\""), ("A=\"\\$X\"", "$X"),
      ("A=\"$$X\"", "$X"), ("A=\"\\0101\"", "A"), ("A=\"\\x\"", "\\x"), ("A=\"x\" # note", "x"), ("A=\"$O\"", "out"),
    ])
  func doubleQuotes(text: String, value: String) throws { #expect(try parse(text, ["O": "out"])["A"] == value) }

  @Test(
    "Single quotes are literal", arguments: [("A='$X \\n'", "$X \\n"), ("A='a\nb'", "a\nb"), ("A='it\\'s'", "it's")])
  func singleQuotes(text: String, value: String) throws { #expect(try parse(text)["A"] == value) }

  @Test("References see the outside first, then what stands above")
  func references() throws {
    #expect(try parse("A=in\nB=$A-${C:-d}", [:]) == ["A": "in", "B": "in-d"])
    #expect(try parse("A=in\nB=$A", ["A": "out"])["B"] == "out")
  }

  @Test("A name alone takes the value from outside, or none")
  func inherited() throws {
    #expect(try parse("A\nB\n", ["A": "out"]) == ["A": "out"])
    #expect(try parse("A", ["A": "out"]) == ["A": "out"])
  }

  @Test("Names may hold dots, dashes and brackets, in any script")
  func names() throws { #expect(try parse("X.y-z[0]=1\né=2") == ["X.y-z[0]": "1", "é": "2"]) }

  @Test("What cannot be read is named with its line")
  func problems() {
    #expect(problem("A=1\nB C=2")?.line == 2)
    #expect(problem("A=1\nB C=2")?.message == "the name `B C` contains a space")
    #expect(problem("A=\"x\ny")?.message == "the quoted value \"x is not closed")
    #expect(problem("\nA$=1")?.message == "the character `$` cannot be part of a name, in `A$=1`")
    #expect(problem("A=1\n\nB=${")?.line == 3)
  }
}
