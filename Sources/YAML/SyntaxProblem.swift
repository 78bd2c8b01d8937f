import Diagnostics

/// libyaml's complaints in the words of somebody who wants to mend the file.
enum SyntaxProblem {
  static func failure(
    _ problem: (text: String, line: UInt32, column: UInt32, byteOffset: Int?), in bytes: [UInt8], source: Source
  ) -> Failure {
    var (line, column) = (Int(problem.line), Int(problem.column))
    if let offset = problem.byteOffset { (line, column) = position(of: offset, in: bytes) }
    let location = SourceLocation(file: source.name, line: line, column: column)
    let culprit = character(line: line, column: column, in: bytes)
    let (message, hint) = explain(problem.text, at: culprit)
    return Failure(.invalidInput, message, location: location, hint: hint)
  }

  private static func explain(_ text: String, at culprit: UInt8?) -> (message: String, hint: String?) {
    switch text {
    case "found character that cannot start any token" where culprit == UInt8(ascii: "\t"):
      return ("a tab cannot be used for indentation", "indent with spaces")
    case "found character that cannot start any token":
      let shown = culprit.map { "`\(Character(UnicodeScalar($0)))`" } ?? "this character"
      return ("a value cannot begin with \(shown)", "put the value in quotes")
    case "mapping values are not allowed in this context":
      return (
        "a `:` that is not expected here",
        "put a value that contains `: ` in quotes, or check the indentation of this line and the one before"
      )
    case "did not find expected key":
      return (
        "expected a key here", "check the indentation of this line and the ones before, and that quotes are closed"
      )
    case "did not find expected '-' indicator":
      return ("expected another `-` item of the list here", "check the indentation of this line")
    case "could not find expected ':'":
      return ("expected a `:` after the key", "write `key: value`, and check that quotes are closed")
    case "did not find expected ',' or ']'":
      return ("expected `,` or `]`: this list is not closed", "close it with `]`")
    case "did not find expected ',' or '}'":
      return ("expected `,` or `}`: this mapping is not closed", "close it with `}`")
    case "found unexpected end of stream":
      return ("the file ends inside a quoted value", "close the quotes")
    case "found unknown escape character":
      return ("an unknown escape in a double-quoted value", "write `\\\\` for a backslash, or use single quotes")
    case "control characters are not allowed", "invalid leading UTF-8 octet", "invalid trailing UTF-8 octet",
      "incomplete UTF-8 octet sequence":
      return (text, "save the file as UTF-8 text")
    default: return (text, nil)
    }
  }

  private static func position(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
    let before = bytes.prefix(max(0, offset))
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return (line, before.count - start + 1)
  }

  private static func character(line: Int, column: Int, in bytes: [UInt8]) -> UInt8? {
    var rest = bytes[...]
    for _ in 1..<max(1, line) {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      rest = rest[(end + 1)...]
    }
    let index = rest.startIndex + column - 1
    guard index < rest.endIndex, rest[index] < 0x80 else { return nil }
    return rest[index]
  }
}
