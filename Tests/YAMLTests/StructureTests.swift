import Diagnostics
import Testing

@testable import YAML

@Suite struct StructureTests {
  @Test("Every key and value knows its line and column")
  func marks() throws {
    let root = try parse("a:\n  - x\n  - b: 1\n")
    let entry = try #require(root["a"]?.sequence?[1].mapping?.entries.first)
    #expect(entry.mark.location == SourceLocation(file: "f.yaml", line: 3, column: 5))
    #expect(entry.value.mark.location == SourceLocation(file: "f.yaml", line: 3, column: 8))
  }

  @Test("Columns count characters, not bytes")
  func characterColumns() throws {
    #expect(try parse("\"é\": x")["é"]?.mark.column == 6)
  }

  @Test("A stream may hold several documents")
  func documents() throws {
    let documents = try Node.documents(in: Array("a: 1\n---\nb: 2\n".utf8), from: Source(name: "f"))
    #expect(documents.count == 2)
    #expect(documents[1]["b"]?.int == 2)
  }

  @Test("An empty stream holds no document, and an empty document is null")
  func empty() throws {
    #expect(try Node.documents(in: [], from: .none).isEmpty)
    #expect(try parse("---\n").isNull)
  }

  @Test("A short key like n is a string")
  func keyNamedN() throws { #expect(try parse("n: 1")["n"]?.int == 1) }

  @Test("Keys that are no strings are refused, with what to write instead")
  func keys() {
    #expect(
      failures("a:\n  1: x\n  true: y\n  ~: z\n  [b]: c\n") == [
        "f.yaml:2:3: a: the key `1` is an integer; keys must be strings\n  hint: write it in quotes: \"1\"",
        "f.yaml:3:3: a: the key `true` is a boolean; keys must be strings\n  hint: write it in quotes: \"true\"",
        "f.yaml:4:3: a: the key `~` is null; keys must be strings\n  hint: write it in quotes: \"~\"",
        "f.yaml:5:3: a: a key must be a string, not a list",
      ])
  }

  @Test("A key that is defined twice is refused, and both places are named")
  func duplicateKeys() {
    #expect(
      failures("a:\n  b: 1\n  c: 2\n  b: 3\n") == [
        "f.yaml:4:3: a.b: the key `b` is defined twice; the first time in line 2\n  hint: remove one of them"
      ])
  }

  @Test("Equal values are equal wherever they were written, and keys have no order")
  func equality() throws {
    #expect(try parse("{a: 1, b: [x]}") == parse("b:\n- x\na: 1\n"))
    #expect(try parse("{a: 1}") != parse("{a: \"1\"}"))
  }

  @Test("!reset and !override are kept for the merge")
  func directives() throws {
    let root = try parse("a: !reset null\nb: !override [x]\n")
    #expect(root["a"]?.directive == .reset)
    #expect(root["b"]?.directive == .override)
  }
}
