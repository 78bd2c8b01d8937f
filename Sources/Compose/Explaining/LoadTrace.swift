import YAML

/// What one loading run read, for explaining afterwards where a value came from. Nothing is noted unless somebody asks.
final class LoadTrace {
  struct Document {
    /// As it was written, tags included.
    var written: Node
    /// Alone in its long form, with its variables replaced.
    var canonical: Node
    /// Absolute.
    var file: String
    var scope: Scope
    /// It was read only because a service extends one of its own.
    var isExtended: Bool
  }

  /// In merge order: later ones win.
  private(set) var documents: [Document] = []
  /// Files of variables in the order in which they were read, by absolute path, each with the name that messages have.
  private(set) var variableFiles: [(path: String, name: String)] = []

  func note(
    _ written: Node, interpolated: Node, file: String, scope: Scope, isExtended: Bool, ignoresProblems: Bool
  ) {
    var canonical = interpolated
    // What is wrong is the run's own business.
    let silent = Report()
    Canonical(report: silent, ignoresSyntaxProblems: ignoresProblems).transform(&canonical)
    documents.append(
      Document(written: written, canonical: canonical, file: file, scope: scope, isExtended: isExtended))
  }

  func note(variableFile path: String, name: String) {
    if !variableFiles.contains(where: { $0.path == path }) { variableFiles.append((path, name)) }
  }

  /// Where a variable was written last.
  func place(of variable: String) -> String? {
    for file in variableFiles.reversed() {
      if let line = VariableLines.line(of: variable, in: file.path) { return "\(file.name):\(line)" }
    }
    return nil
  }
}

/// Finding the line of a variable in a file that is known to be readable.
enum VariableLines {
  static func line(of variable: String, in path: String) -> Int? {
    guard let bytes = try? Disk.read(path) else { return nil }
    var found: Int?
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      var words = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      if words.starts(with: "export ".utf8) { words = words.dropFirst(7) }
      guard words.starts(with: variable.utf8) else { continue }
      let rest = words.dropFirst(variable.utf8.count).drop { $0 == UInt8(ascii: " ") }
      if rest.isEmpty || rest.first == UInt8(ascii: "=") || rest.first == UInt8(ascii: ":") { found = index + 1 }
    }
    return found
  }
}
