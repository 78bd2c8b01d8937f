import Diagnostics
import Testing

@testable import Presentation

@Suite("--format") struct RowFormats {
  private let columns = [(heading: "NAME", field: "Name"), (heading: "VOLUME NAME", field: "Volume")]
  private let rows: [JSONValue] = [
    .object(["Name": "a", "Volume": "v", "Extra": "1"]), .object(["Name": "bb", "Volume": "w", "Extra": "2"]),
  ]

  private func render(_ format: String, _ rows: [JSONValue]? = nil) throws -> String {
    try RowFormat(format).render(columns: columns, rows: rows ?? self.rows)
  }

  @Test("table is the command's own columns") func table() throws {
    #expect(try render("table") == "NAME      VOLUME NAME\na         v\nbb        w\n")
  }

  @Test("json is one object per line") func json() throws {
    #expect(
      try render("json")
        == #"{"Name":"a","Volume":"v","Extra":"1"}"# + "\n" + #"{"Name":"bb","Volume":"w","Extra":"2"}"# + "\n")
  }

  @Test("a template makes a line per row") func template() throws {
    #expect(try render("{{.Name}}\\t{{.Extra}}") == "a\t1\nbb\t2\n")
  }

  @Test("table TEMPLATE puts headings over columns that tabs separate") func tableTemplate() throws {
    #expect(
      try render("table {{.Volume}}\\t{{.Extra}}") == "VOLUME NAME   EXTRA\nv             1\nw             2\n")
  }

  @Test("a word that is no format is refused with what there is") func refused() {
    #expect(throws: Failure.self) { try render("yaml") }
  }
}
