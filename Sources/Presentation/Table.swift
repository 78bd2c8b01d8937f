/// Rows under headings, as the docker command prints them: columns as wide as their widest cell and some blanks apart.
public struct Table: Sendable {
  public var headings: [String]
  public var rows: [[String]] = []
  /// The narrowest that a column may be (`docker compose ls` and `images` keep 20).
  public var minimumWidth: Int

  /// Blanks between a column's widest cell and the next column.
  public var gap: Int

  public init(_ headings: [String], minimumWidth: Int = 10, gap: Int = 3) {
    self.headings = headings
    self.gap = gap
    self.minimumWidth = minimumWidth
  }

  /// One line per row, the headings first. Every cell but the last of a row is padded.
  public var text: String {
    let all = [headings] + rows
    var widths = [Int](repeating: minimumWidth, count: headings.count)
    for row in all {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], DisplayWidth.of(cell) + gap) }
    }
    var text = ""
    for row in all {
      for (column, cell) in row.enumerated() {
        text += cell
        if column < row.count - 1 { text += String(repeating: " ", count: widths[column] - DisplayWidth.of(cell)) }
      }
      text += "\n"
    }
    return text
  }
}
