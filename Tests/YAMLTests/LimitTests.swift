import Testing

@testable import YAML

@Suite struct LimitTests {
  /// Each level holds the one below nine times: nine to the power of `levels` values.
  private func laughs(_ levels: Int) -> String {
    var text = "a0: &a0 x\n"
    for level in 1...levels {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    return text
  }

  @Test("A billion laughs are refused before they are told")
  func aliasBomb() {
    let found = failures(laughs(40))
    #expect(found.count == 1)
    #expect(found[0].contains("more than 1000000 values once its aliases are expanded"))
  }

  @Test("Aliases that stay within the limit are fine")
  func smallExpansion() throws { #expect(failures(laughs(4)).isEmpty) }

  @Test("Nesting is bounded, for lists, mappings and flow style alike")
  func depth() {
    for text in [
      String(repeating: "[", count: 100_000), String(repeating: "- ", count: 5_000) + "x",
      (0..<1_000).map { String(repeating: " ", count: $0) + "k:\n" }.joined(),
    ] {
      #expect(failures(text)[0].contains("nested more than 100 deep"))
    }
  }

  @Test("A file that is too large is not parsed")
  func size() {
    let limits = Limits(fileSize: 10)
    #expect(failures("a: 12345678", limits: limits) == ["f.yaml:1:1: the file has 11 bytes; at most 10 are read"])
  }
}
