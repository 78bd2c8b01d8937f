import Testing

@testable import YAML

@Suite struct ScalarTests {
  @Test(
    "What only older readers took for booleans, times or dates stays a string",
    arguments: ["on", "off", "yes", "no", "y", "n", "Y", "tRUE", "nuLL", "22:22", "1:2:3", "2001-01-01", "0.0.0.0"])
  func strings(text: String) { #expect(ScalarResolution.value(of: text) == .string(text)) }

  @Test("Booleans and null have three spellings each")
  func words() {
    for text in ["true", "True", "TRUE"] { #expect(ScalarResolution.value(of: text) == .bool(true)) }
    for text in ["false", "False", "FALSE"] { #expect(ScalarResolution.value(of: text) == .bool(false)) }
    for text in ["", "~", "null", "Null", "NULL"] { #expect(ScalarResolution.value(of: text) == .null) }
  }

  @Test(
    "Integers may be hexadecimal, octal in either spelling, binary, signed and grouped",
    arguments: [
      ("0", 0), ("-0", 0), ("80", 80), ("+3", 3), ("-17", -17), ("0444", 0o444), ("0o17", 15), ("-0o17", -15),
      ("0x1F", 31), ("-0x1", -1), ("0b11", 3), ("1_000", 1000), ("9223372036854775807", Int.max),
    ])
  func integers(text: String, value: Int) { #expect(ScalarResolution.value(of: text) == .int(value)) }

  @Test(
    "Floats need a point or an exponent, or digits that no octal number has",
    arguments: [
      ("1.5", 1.5), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("-.5", -0.5), ("08", 8), (".inf", Double.infinity),
    ])
  func floats(text: String, value: Double) { #expect(ScalarResolution.value(of: text) == .float(value)) }

  @Test(
    "Not everything that begins with a digit is a number", arguments: ["0x", "0o8", "1.2.3", "--1", "1e", "0b12", "-"])
  func almostNumbers(text: String) { #expect(ScalarResolution.value(of: text) == .string(text)) }

  @Test("An integer beyond 64 bits keeps its digits instead of being rounded")
  func largeInteger() {
    #expect(ScalarResolution.value(of: "12345678901234567890") == .string("12345678901234567890"))
  }

  @Test("Quotes, block styles and !!str make strings of anything")
  func quoted() throws {
    let root = try parse("a: \"80\"\nb: 'true'\nc: |\n  5\nd: !!str 5\n")
    #expect(root["a"]?.string == "80")
    #expect(root["b"]?.string == "true")
    #expect(root["c"]?.string == "5\n")
    #expect(root["d"]?.string == "5")
    #expect(root["a"]?.style == .quoted)
  }

  @Test("A tag that contradicts its value is refused where it stands")
  func wrongTag() {
    #expect(failures("a: !!int x") == ["f.yaml:1:4: a: `x` is not a value of the type that its tag `!!int` names"])
  }

  @Test(
    "What is written without quotes is read as the same string again",
    arguments: ["80", "on", "a: b", "#x", "", "é", "-x", "a b"])
  func plainSafety(text: String) throws {
    guard PlainScalar.isSafe(text) else { return }
    #expect(try parse("k: \(text)")["k"]?.string == text)
  }
}
