import Dockerfile
import Testing

@Suite(".dockerignore")
struct IgnoreRulesTests {
  private func ignored(_ file: String, _ paths: String...) throws -> [String] {
    let rules = try IgnoreRules(file: file)
    return paths.filter(rules.ignores)
  }

  @Test("A star stays within a name, two stars do not")
  func stars() throws {
    #expect(try ignored("*.md\n", "a.md", "b/a.md", "a.mdx") == ["a.md"])
    #expect(try ignored("**/*.md\n", "a.md", "b/a.md", "b/c/a.md", "md") == ["a.md", "b/a.md", "b/c/a.md"])
    #expect(try ignored("a/**\n", "a/x", "a/x/y", "b", "a") == ["a/x", "a/x/y"])
    #expect(try ignored("a/**/z\n", "a/z", "a/b/c/z", "az", "a/bz") == ["a/z", "a/b/c/z"])
    #expect(try ignored("t?mp[0-9^]\n", "temp1", "temp^", "temp", "t/mp1") == ["temp1", "temp^"])
  }

  @Test("What is below an ignored folder is ignored, too")
  func folders() throws {
    #expect(try ignored("/node_modules/\n", "node_modules", "node_modules/x/y", "a/node_modules/x").count == 2)
  }

  @Test("The last line that means a file decides; comments and blanks mean nothing")
  func exceptions() throws {
    #expect(
      try ignored("# no\n\n*\n!src\nsrc/*.o\n!src/keep.o\n", "README", "src/a.c", "src/a.o", "src/keep.o")
        == ["README", "src/a.o"])
    #expect(try ignored("./a//b\n", "a/b") == ["a/b"])
  }

  @Test("A pattern that cannot be read is refused")
  func refused() {
    #expect(throws: WordLexer.SyntaxError.self) { try IgnoreRules(file: "[a-\n") }
    #expect(throws: WordLexer.SyntaxError.self) { try IgnoreRules(file: "!\n") }
  }

  @Test("A pattern of many stars takes no longer than its length says")
  func hostile() throws {
    let rules = try IgnoreRules(file: String(repeating: "**/*a", count: 60) + "**/z\n")
    #expect(!rules.ignores(String(repeating: "a/", count: 200) + "b"))
  }
}
