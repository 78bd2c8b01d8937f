/// Parser directives: `# escape=…`, `# syntax=…`, `# check=…` above everything else (Dockerfile reference, "Parser
/// directives").
struct Directives {
  private(set) var escape: Unicode.Scalar = "\\"
  private(set) var values: [String: String] = [:]
  private var isOver = false

  /// Whether the line is a directive. The first line that is none ends them.
  mutating func read(_ line: Substring) throws(WordLexer.SyntaxError) -> Bool {
    guard !isOver else { return false }
    guard let (name, value) = Self.parts(line), ["syntax", "escape", "check"].contains(name) else {
      isOver = true
      return false
    }
    guard values[name] == nil else {
      throw WordLexer.SyntaxError(description: "only one \(name) parser directive can be used")
    }
    values[name] = value
    if name == "escape" {
      guard value == "\\" || value == "`" else {
        throw WordLexer.SyntaxError(description: "invalid escape token '\(value)' does not match ` or \\")
      }
      escape = value.unicodeScalars.first!
    }
    return true
  }

  private static func parts(_ line: Substring) -> (name: String, value: String)? {
    guard line.unicodeScalars.first == "#" else { return nil }
    let rest = line.dropFirst().withoutLeadingSpace
    guard let equals = rest.firstIndex(of: "=") else { return nil }
    let name = rest[..<equals].withoutSpace.utf8
    let value = rest[rest.index(after: equals)...].withoutSpace
    func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
    guard let first = name.first, isLetter(first), name.allSatisfy({ isLetter($0) || (48...57).contains($0) }),
      !value.isEmpty
    else { return nil }
    return (String(Substring(name)).lowercased(), String(value))
  }

  /// Cuts a trailing escape character off and says whether the line goes on. Two of them are none.
  func continuing(_ line: Substring) -> (line: Substring, goesOn: Bool) {
    var scalars = line.unicodeScalars
    while let last = scalars.last, last == " " || last == "\t" { scalars.removeLast() }
    guard scalars.last == escape else { return (line, false) }
    scalars.removeLast()
    return scalars.last == escape ? (line, false) : (Substring(scalars), true)
  }
}
