import Diagnostics

/// What stands behind `--format` of a command that lists things.
public enum RowFormat: Sendable {
  /// The command's own columns.
  case table
  /// One JSON value per row.
  case json
  /// `table TEMPLATE`: columns separated by tabs under headings.
  case columns(Template)
  case template(Template)

  public init(_ text: String) throws(Failure) {
    // People write `\t` and `\n` for the characters, because their shells do not.
    func unescaped(_ text: some StringProtocol) -> String {
      String(text).replacing("\\t", with: "\t").replacing("\\n", with: "\n")
    }
    switch text {
    case "", "table", "pretty": self = .table
    case "json": self = .json
    case _ where text.hasPrefix("table "):
      self = .columns(try Template(unescaped(text.dropFirst("table ".count))))
    case _ where text.contains("{{"): self = .template(try Template(unescaped(text)))
    default:
      throw Failure(
        .invalidInput, "unsupported format: \(text)", hint: "use table, json, or a template such as '{{.Name}}'")
    }
  }

  /// - Parameter columns: heading and field of each column of the command's own table.
  /// - Parameter headings: heading of each field that a template may name; others are the field's name in capitals.
  /// - Parameter rows: objects of which every one has every field.
  public func render(
    columns: [(heading: String, field: String)], headings: [String: String] = [:], minimumWidth: Int = 10,
    rows: [JSONValue]
  ) throws(Failure) -> String {
    switch self {
    case .table:
      var table = Table(columns.map(\.heading), minimumWidth: minimumWidth)
      table.rows = rows.map { row in columns.map { (row[$0.field] ?? .null).templateText } }
      return table.text
    case .json: return rows.map { $0.compact + "\n" }.joined()
    case .template(let template):
      var text = ""
      for row in rows { text += try template.render(row) + "\n" }
      return text
    case .columns(let template):
      let known = Dictionary(columns.map { ($0.field, $0.heading) }) { first, _ in first }
      guard case .object(let members)? = rows.first ?? .object(columns.map { .init($0.field, .null) }) else {
        return ""
      }
      let heading = JSONValue.object(
        members.map { member in
          .init(member.key, .string(headings[member.key] ?? known[member.key] ?? member.key.uppercased()))
        })
      var cells = [
        try template.render(heading).split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      ]
      for row in rows {
        cells.append(try template.render(row).split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
      }
      var table = Table(cells[0], minimumWidth: minimumWidth)
      let width = table.headings.count
      table.rows = cells.dropFirst().map { Array(($0 + Array(repeating: "", count: width)).prefix(width)) }
      return table.text
    }
  }
}
