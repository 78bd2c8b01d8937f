import YAML

/// Changes of single values in the text of a file, everything else staying as it was written.
struct TextEdits {
  private var edits: [(mark: Mark, old: String, new: String)] = []

  var isEmpty: Bool { edits.isEmpty }

  /// - Parameter old: the value as the parser read it.
  mutating func replace(_ old: String, at mark: Mark, by new: String) { edits.append((mark, old, new)) }

  /// The text with all changes, or the place of a value that is written in a way that cannot be changed so.
  func apply(to text: String) -> Result<String, Refusal> {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for edit in edits.sorted(by: { ($0.mark.line, $0.mark.column) > ($1.mark.line, $1.mark.column) }) {
      let index = Int(edit.mark.line) - 1
      guard lines.indices.contains(index) else { return .failure(Refusal(mark: edit.mark)) }
      let scalars = Array(lines[index].unicodeScalars)
      let start = Int(edit.mark.column) - 1
      guard start <= scalars.count, let end = Self.end(of: edit.old, in: scalars, from: start) else {
        return .failure(Refusal(mark: edit.mark))
      }
      var line = String.UnicodeScalarView(scalars[..<start])
      line += edit.new.unicodeScalars
      line += scalars[end...]
      lines[index] = String(line)
    }
    return .success(lines.joined(separator: "\n"))
  }

  struct Refusal: Error {
    var mark: Mark
  }

  /// The end of a scalar that stands on one line: as it is, or between quotes.
  private static func end(of value: String, in line: [Unicode.Scalar], from start: Int) -> Int? {
    let written = Array(value.unicodeScalars)
    if line[start...].starts(with: written) { return start + written.count }
    guard start < line.count, line[start] == "\"" || line[start] == "'" else { return nil }
    guard line[(start + 1)...].starts(with: written) else { return nil }
    let end = start + 1 + written.count
    return end < line.count && line[end] == line[start] ? end + 1 : nil
  }
}
