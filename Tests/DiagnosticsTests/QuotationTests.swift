import Diagnostics
import Testing

@Suite struct QuotationTests {
  @Test(
    "A notation escapes what it must, and leaves the rest alone",
    arguments: [
      (Quotation.json, #""a\"\\\n\r\t\u0007\u007f<é""#),
      (.jsonForMarkup, "\"a\\\"\\\\\\n\\r\\t\\u0007\u{7f}\\u003cé\""),
      (.go, #""a\"\\\n\r\t\a\x7f<é""#), (.yaml, #""a\"\\\n\r\t\x07\x7f<é""#),
    ] as [(Quotation, String)])
  func escapes(_ notation: Quotation, _ expected: String) {
    #expect(notation.quote("a\"\\\n\r\t\u{7}\u{7f}<é") == expected)
  }

  @Test("Characters that cannot be seen are shown by their numbers where Go shows them so")
  func invisible() {
    #expect(Quotation.go.quote("\u{a0}\u{2028}\u{e0001}") == #""\u00a0\u2028\U000e0001""#)
    #expect(Quotation.yaml.quote("\u{85}\u{2028}\u{feff}") == #""\x85\u2028\ufeff""#)
  }
}
