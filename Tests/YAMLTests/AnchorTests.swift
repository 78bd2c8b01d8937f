import Testing

@testable import YAML

@Suite struct AnchorTests {
  @Test("An alias is the value that it names, with the place where that was written")
  func alias() throws {
    let root = try parse("a: &x [1]\nb: *x\n")
    #expect(root["b"]?.sequence?.first?.int == 1)
    #expect(root["b"]?.mark.line == 1)
  }

  @Test("An anchor may be redefined; aliases take the last one above them")
  func redefined() throws {
    let root = try parse("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")
    #expect(root["b"]?.int == 1)
    #expect(root["d"]?.int == 2)
  }

  @Test("Own keys win over merged ones, earlier sources over later ones")
  func mergeKeys() throws {
    let root = try parse("x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  a: 0\n  <<: [*x, *y]\n")
    #expect(root["z"] == (try parse("{a: 0, b: 1, c: 2}")))
  }

  @Test("A quoted << is an ordinary key")
  func quotedMergeKey() throws { #expect(try parse("\"<<\": 1")["<<"]?.int == 1) }

  @Test("Only mappings can be merged")
  func mergeOfScalar() {
    #expect(
      failures("a:\n  <<: 5\n") == ["f.yaml:2:3: a.<<: `<<` takes a mapping or a list of mappings, not an integer"])
  }

  @Test("A tag that comes along with a merge still holds for a key that the mapping sets itself")
  func mergedDirective() throws {
    let root = try parse("x: &x\n  p: !override [1]\ny:\n  <<: *x\n  p: [2]\n")
    #expect(root["y"]?["p"]?.directive == .override)
  }

  @Test("An unknown alias names the nearest anchor")
  func unknownAlias() {
    #expect(
      failures("a: &common 1\nb: *comon\n") == [
        "f.yaml:2:4: b: `*comon` refers to an anchor that is not defined above\n  hint: did you mean `*common`?"
      ])
  }

  @Test("A value cannot contain itself")
  func selfReference() {
    #expect(failures("a: &x [*x]\n") == ["f.yaml:1:8: a[0]: `*x` refers to the value that contains it"])
  }
}
