import Dockerfile
import Testing

@Suite("Dockerfile → instructions")
struct ParserTests {
  private func parse(_ text: String) throws -> SyntaxTree { try SyntaxTree(parsing: Array(text.utf8)) }

  @Test("Continuation lines join, comments inside them vanish, and an empty one is warned about")
  func continuation() throws {
    let tree = try parse("FROM a\nRUN one \\\n# no\n\n  two\n")
    #expect(tree.instructions[1].arguments == ["one   two"])
    #expect(tree.instructions[1].lines == 2...5)
    #expect(tree.warnings.map(\.line) == [5])
  }

  @Test("The exec form is JSON, and what is no JSON is a shell form")
  func forms() throws {
    let tree = try parse("FROM a\nCMD [\"a\", \"b c\"]\nCMD [a]\nENTRYPOINT []\n")
    #expect(tree.instructions[1].isJSON && tree.instructions[1].arguments == ["a", "b c"])
    #expect(!tree.instructions[2].isJSON && tree.instructions[2].arguments == ["[a]"])
    #expect(tree.instructions[3].isJSON && tree.instructions[3].arguments.isEmpty)
    #expect(throws: SyntaxFailure.self) { try parse("CMD [1, 2]\n") }
  }

  @Test("Flags are taken off the front, quotes and all")
  func flags() throws {
    let copy = try parse("COPY --from=a --chown=\"1:2\" x y\n").instructions[0]
    #expect(copy.flags == ["--from=a", "--chown=1:2"] && copy.arguments == ["x", "y"])
    #expect(try parse("RUN -- --x\n").instructions[0].arguments == ["--x"])
  }

  @Test("Here-documents keep their content, expand unless quoted, and lose leading tabs when asked")
  func heredocs() throws {
    let tree = try parse("RUN <<A <<-'B'\n\tone\nA\n\ttwo $X\n\tB\nCOPY <<EOF /x\nhi\nEOF\n")
    let documents = tree.instructions[0].heredocs
    #expect(documents.map(\.name) == ["A", "B"])
    #expect(documents.map(\.expands) == [true, false])
    #expect(documents.map(\.text) == ["\tone\n", "two $X\n"])
    #expect(tree.instructions[0].lines == 1...5 && tree.instructions[1].heredocs[0].text == "hi\n")
    let failure = try #require(throws: SyntaxFailure.self) { try parse("FROM a\nRUN <<EOF\nx\n") }
    #expect(failure.message == "unterminated heredoc" && failure.lines.lowerBound == 2)
  }

  @Test("Directives stand above everything and at most once")
  func directives() throws {
    let tree = try parse("# escape=`\n# syntax=docker/dockerfile:1\nFROM a\nRUN one `\n two\n")
    #expect(tree.escape == "`" && tree.directives["syntax"] == "docker/dockerfile:1")
    #expect(tree.instructions[1].arguments == ["one  two"])
    #expect(throws: SyntaxFailure.self) { try parse("# escape=`\n# escape=`\nFROM a\n") }
    #expect(throws: SyntaxFailure.self) { try parse("# escape=x\nFROM a\n") }
  }

  @Test("ONBUILD holds an instruction back, ENV takes both its forms")
  func others() throws {
    let tree = try parse("ONBUILD RUN make\nENV a=1 b=\"2 3\"\nENV old the value\n")
    #expect(tree.instructions[0].triggered.map(\.keyword) == ["run"])
    #expect(tree.instructions[1].arguments == ["a", "1", "=", "b", "\"2 3\"", "="])
    #expect(tree.instructions[2].arguments == ["old", "the value", ""])
    #expect(throws: SyntaxFailure.self) { try parse("ENV alone\n") }
  }

  @Test("Any bytes at all end in a tree or a failure", arguments: 0..<300)
  func anything(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let alphabet = Array("FROM RUN COPY<<EOF\n\\\"'`$[]{}=- #\tab\u{FF}".utf8) + [0, 13]
    let bytes = (0..<200).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return alphabet[Int(state % UInt64(alphabet.count))]
    }
    _ = try? SyntaxTree(parsing: bytes)
  }
}
