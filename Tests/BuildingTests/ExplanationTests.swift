import Images
import OCI
import Testing

@testable import Building

@Suite("Why a step was made again")
struct ExplanationTests {
  private func description(_ parent: String, _ variable: String, _ files: [(String, String)]) -> [UInt8] {
    var description = StepDescription(Digest.sha256(of: parent.utf8))
    description.add(.variable, "V", variable)
    for (name, value) in files { description.addFile(name, [], Array(value.utf8)) }
    return description.bytes
  }

  private func differences(_ old: [UInt8], _ new: [UInt8]) -> [String] {
    Explanation.differences(from: old, to: new, formerParent: "the base changed")
  }

  @Test("The file, the variable or the base that differs is named, and how")
  func named() {
    let old = description("p", "1", [("a", "f 644 11"), ("b", "f 644 22"), ("gone", "d 755 ")])
    #expect(differences(old, old) == [])
    let files = description("p", "1", [("a", "f 644 33"), ("b", "f 755 22"), ("new", "d 755 ")])
    #expect(
      differences(old, files) == [
        "the content of file a changed", "file b has mode or owner 755, had 644", "file new is new",
        "file gone is gone",
      ])
    #expect(
      differences(old, description("p", "2", [("a", "f 644 11"), ("b", "f 644 22"), ("gone", "d 755 ")])) == [
        "variable V is 2, was 1"
      ])
    #expect(
      differences(description("p", "1", []), description("q", "1", [])) == [
        "it stands on another result: the base changed"
      ])
  }

  @Test("Of very many differences a few are shown and the others counted")
  func many() {
    let old = description("p", "1", (0..<100).map { ("f\($0)", "f 644 1") })
    let new = description("p", "1", (0..<100).map { ("f\($0)", "f 644 2") })
    let lines = differences(old, new)
    #expect(lines.count == 9 && lines.last == "and 92 more differences")
  }
}
