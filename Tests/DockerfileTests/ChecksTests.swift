import Testing

@testable import Dockerfile

@Suite("Checks of a Dockerfile")
struct ChecksTests {
  private func findings(_ text: String, _ change: (inout Checks) throws -> Void = { _ in }) throws -> [String] {
    let tree = try SyntaxTree(parsing: Array(text.utf8))
    var checks = try Checks(tree, Recipe(tree))
    checks.predefined = ["TARGETPLATFORM": "linux/amd64"]
    try change(&checks)
    return checks.run().map { "\($0.rule.rawValue):\($0.lines.lowerBound)" }
  }

  @Test(
    "Each rule finds what it is about, at its line",
    arguments: [
      ("FROM a AS Build\n", ["StageNameCasing:1"]), ("FROM a as b\n", ["FromAsCasing:1"]),
      ("FROM a\nRUN b \\\n\n  c\n", ["NoEmptyContinuation:4"]),
      ("FROM a\nrun b\nRUN c\n", ["ConsistentInstructionCasing:2"]),
      ("from a\nRun b\n", ["ConsistentInstructionCasing:2"]),
      ("FROM a AS x\nFROM b AS x\n", ["DuplicateStageName:2"]), ("FROM a AS scratch\n", ["ReservedStageName:1"]),
      ("FROM a\nCMD b\n", ["JSONArgsRecommended:2"]), ("FROM a\nSHELL [\"/s\"]\nCMD b\n", []),
      ("FROM a\nMAINTAINER m\n", ["MaintainerDeprecated:2"]), ("FROM a:$V\n", ["UndefinedArgInFrom:1"]),
      ("ARG V=1\nFROM a:$V\n", []), ("FROM a\nWORKDIR b\nWORKDIR c\n", ["WorkdirRelativePath:2"]),
      ("FROM a\nWORKDIR /b\nWORKDIR c\n", []), ("FROM a\nCOPY $V /\n", ["UndefinedVar:2"]),
      ("FROM a\nARG V\nCOPY $V $PATH /\n", []), ("FROM a AS b\nENV V=1\nFROM b\nCOPY $V /\n", []),
      ("FROM a\nCMD [\"a\"]\nCMD [\"b\"]\n", ["MultipleInstructionsDisallowed:2"]),
      ("FROM a\nENV a b\n", ["LegacyKeyValueFormat:2"]),
      ("FROM --platform=$TARGETPLATFORM a\n", ["RedundantTargetPlatform:1"]),
      ("FROM --platform=linux/arm64 a\n", ["FromPlatformFlagConstDisallowed:1"]),
      ("FROM --platform=linux/arm64 a AS arm64\n", []), ("FROM a\nARG API_KEY\n", ["SecretsUsedInArgOrEnv:2"]),
      ("FROM a\nENV PUBLIC_KEY=1 TOKEN_FILE=x MONKEY=2\n", []), ("ARG V\nFROM $V\n", ["InvalidDefaultArgInFrom:2"]),
      ("FROM a\nEXPOSE 80/TCP\n", ["ExposeProtoCasing:2"]), ("FROM a\nEXPOSE 8080:80\n", ["ExposeInvalidFormat:2"]),
    ] as [(String, [String])])
  func rules(_ text: String, _ expected: [String]) throws { #expect(try findings(text) == expected) }

  @Test("A file that the context leaves out is found, unless something may be kept all the same")
  func ignored() throws {
    let text = "FROM a\nCOPY secret.key other /\nADD https://host/secret.key /\nCOPY . /\n"
    #expect(try findings(text) { $0.ignored = try IgnoreRules(file: "*.key\n") } == ["CopyIgnoredFile:2"])
    #expect(try findings(text) { $0.ignored = try IgnoreRules(file: "*.key\n!x\n") }.isEmpty)
  }

  @Test("The directive, and a comment above an instruction, leave rules out; experimental ones are asked for")
  func options() throws {
    let body = "FROM a\nMAINTAINER m\nENV a b\n"
    #expect(try findings("# check=skip=MaintainerDeprecated\n" + body) == ["LegacyKeyValueFormat:4"])
    #expect(try findings("# check=skip=all\n" + body).isEmpty)
    #expect(try findings("FROM a\n# check=skip=LegacyKeyValueFormat\nENV a b\n").isEmpty)
    let described = "# the base\nFROM a AS b\n"
    #expect(try findings(described).isEmpty)
    #expect(
      try findings("# check=experimental=all\n" + described) == ["InvalidDefinitionDescription:3"])
    #expect(throws: SyntaxFailure.self) { try findings("# check=colour=red\n" + body) }
  }

  @Test("Only stages that are built are walked through")
  func reached() throws {
    #expect(try findings("FROM a\nCOPY $V /\nFROM b\n") { $0.reached = [1] }.isEmpty)
  }

  @Test("Every rule has its page")
  func pages() {
    #expect(CheckRule.jsonArgsRecommended.address?.hasSuffix("/json-args-recommended/") == true)
    #expect(CheckRule.secretsUsedInArgOrEnv.address?.hasSuffix("/secrets-used-in-arg-or-env/") == true)
    #expect(CheckRule.invalidBaseImagePlatform.address == nil)
  }
}
