import Diagnostics
import YAML

/// Reading one file of variables.
enum EnvironmentFile {
  enum Format: Equatable {
    case dotenv
    /// `docker run --env-file`: a line is a variable, quotes and dollars stand for themselves.
    case raw
  }

  /// Adds the variables of a file to `variables`.
  static func read(
    _ path: String, format: Format = .dotenv, into variables: inout [String: String], report: Report,
    lookup: @escaping (String) -> String?
  ) throws(Failure) {
    let text = String(decoding: try Disk.read(path), as: UTF8.self)
    guard format == .dotenv else { return readRaw(text, into: &variables, lookup: lookup) }
    var parser = DotenvParser(lookup: lookup)
    parser.unset = { name in
      report.warn("the variable \(name) is not set; an empty string is used", once: "unset variable \(name)")
    }
    do throws(DotenvParser.Problem) {
      try parser.parse(text, into: &variables)
    } catch {
      throw Failure(
        .invalidInput, error.message, location: SourceLocation(file: path, line: error.line, column: 1),
        hint: error.hint)
    }
  }

  private static func readRaw(_ text: String, into variables: inout [String: String], lookup: (String) -> String?) {
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.drop { $0.isWhitespace }
      if line.isEmpty || line.first == "#" { continue }
      guard let (key, value) = line.cut(at: "=") else {
        let key = String(line)
        if let value = lookup(key) { variables[key] = value }
        continue
      }
      variables[key] = value
    }
  }
}
