import Testing

@testable import Compose

@Suite struct TemplateTests {
  private func substitute(_ text: String, unset: (String) -> Void = { _ in }) throws -> String {
    try withoutActuallyEscaping(unset) { unset in
      try Template(lookup: { ["A": "a", "EMPTY": "", "B_1": "b$c"][$0] }, unset: unset).substitute(text)
    }
  }

  @Test(
    "Variables are replaced in every form of the specification",
    arguments: [
      ("$A", "a"), ("${A}", "a"), ("x$A-y", "xa-y"), ("$A$A", "aa"), ("${B_1}", "b$c"), ("$UNSET", ""),
      ("${EMPTY:-d}", "d"), ("${EMPTY-d}", ""), ("${UNSET:-d}", "d"), ("${UNSET-d}", "d"), ("${A:-d}", "a"),
      ("${A:+o}", "o"), ("${EMPTY:+o}", ""), ("${EMPTY+o}", "o"), ("${UNSET+o}", ""),
      ("${A:?m}", "a"), ("${EMPTY?m}", ""),
    ])
  func forms(text: String, value: String) throws { #expect(try substitute(text) == value) }

  @Test(
    "Defaults may hold variables, braces and operators of their own",
    arguments: [
      ("${UNSET:-${EMPTY:-${A}}}", "a"), ("${UNSET:-{\"json\":1}}x", "{\"json\":1}x"), ("${UNSET:-a:-b}", "a:-b"),
      ("${UNSET:-x}${UNSET:-y}", "xy"), ("${UNSET:-http://h/?q=1}", "http://h/?q=1"), ("${A:+${B_1}}", "b$c"),
    ])
  func nested(text: String, value: String) throws { #expect(try substitute(text) == value) }

  @Test(
    "A dollar that begins no reference stands for itself, two of them for one",
    arguments: [("$$A", "$A"), ("$$$A", "$a"), ("$", "$"), ("cost: 5$", "cost: 5$"), ("$1", "$1"), ("a$/b", "a$/b")])
  func literals(text: String, value: String) throws { #expect(try substitute(text) == value) }

  @Test(
    "A brace that begins no reference is refused, and the whole text is named",
    arguments: ["${", "x${}", "${1}", "${A", "${A/b/c}", "${#A}", "${!A}", "${A:-x\n}", "${A b}"])
  func invalid(text: String) {
    #expect(throws: Template.Problem.invalid(template: text)) { try substitute(text) }
  }

  @Test("A required variable that is missing is named with its message, in which variables are replaced too")
  func required() {
    #expect(throws: Template.Problem.required(variable: "EMPTY", message: "set a!")) {
      try substitute("${EMPTY:?set $A!}")
    }
    #expect(throws: Template.Problem.required(variable: "UNSET", message: "")) { try substitute("${UNSET?}") }
  }

  @Test("What is not used is not looked at: neither warnings nor errors of other branches")
  func lazy() throws {
    var unset: [String] = []
    #expect(try substitute("${A:-${NOT:?never}}${A:-$NOT}", unset: { unset.append($0) }) == "aa")
    #expect(unset.isEmpty)
    _ = try substitute("${UNSET:-$NOT}", unset: { unset.append($0) })
    #expect(unset == ["NOT"])
  }

  @Test("References nested without end are refused")
  func deep() {
    let text = String(repeating: "${U:-", count: 5_000) + String(repeating: "}", count: 5_000)
    #expect(throws: Template.Problem.tooDeep) { try substitute(text) }
  }
}
