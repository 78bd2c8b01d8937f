import Diagnostics
import YAML

/// Reading one file of variables.
enum EnvironmentFile {
  enum Format: Equatable {
    case dotenv
    /// `docker run --env-file`: a line is a variable, quotes and dollars stand for themselves.
    case raw
  }

  /// The files that stand in for `.env`: `--env-file`, or else `COMPOSE_ENV_FILES`. Absolute.
  static func asked(of options: LoadOptions) -> [String] {
    var files = options.envFiles
    if files.isEmpty { files = (options.environment["COMPOSE_ENV_FILES"] ?? "").split(separator: ",").map(String.init) }
    return files.map { Paths.resolve($0, in: options.workingDirectory) }
  }

  /// Adds the variables of a file to `variables`.
  ///
  /// - Parameter directory: messages name the file as seen from there.
  static func read(
    _ path: String, from directory: String, format: Format = .dotenv, into variables: inout [String: String],
    report: Report,
    lookup: @escaping (String) -> String?
  ) throws(Failure) {
    let bytes = try Disk.read(path)
    let text = String(decoding: bytes, as: UTF8.self)
    var parser = DotenvParser(lookup: lookup)
    let name = Paths.shown(path, from: directory)
    guard !AgeFile.begins(bytes) else {
      throw Failure(
        .unsupported, "it is encrypted with age, and variables of a container are written down in its record",
        location: SourceLocation(file: name, line: 1, column: 1), hint: "make it a secret: those are kept in memory")
    }
    parser.unset = { variable, line in
      report.warn(
        "the variable \(variable) is not set; an empty string is used",
        Mark(source: Source(name: name), line: UInt32(line), column: 1), once: "unset variable \(variable)")
    }
    do throws(DotenvParser.Problem) {
      switch format {
      case .dotenv: try parser.parse(text, into: &variables)
      case .raw: try parseRaw(text, into: &variables, lookup: lookup)
      }
    } catch {
      throw Failure(
        .invalidInput, error.message, location: SourceLocation(file: name, line: error.line, column: 1),
        hint: error.hint)
    }
  }

  private static func parseRaw(
    _ text: String, into variables: inout [String: String], lookup: (String) -> String?
  ) throws(DotenvParser.Problem) {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = (line.last == UInt8(ascii: "\r") ? line.dropLast() : line).drop(while: isBlank)
      if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
      let key = line.prefix { $0 != UInt8(ascii: "=") }
      let name = String(decoding: key, as: UTF8.self)
      guard !key.isEmpty, !key.contains(where: isBlank) else {
        throw DotenvParser.Problem(
          line: index + 1, message: key.isEmpty ? "a value without a name" : "the name `\(name)` contains a space",
          hint: "write `NAME=value` without spaces in the name")
      }
      guard key.endIndex < line.endIndex else {
        if let value = lookup(name) { variables[name] = value }
        continue
      }
      variables[name] = String(decoding: line[line.index(after: key.endIndex)...], as: UTF8.self)
    }
  }
}

extension LoadedProject {
  /// The variables of files that somebody names for one command, later files over earlier ones.
  /// - Parameter directory: relative paths start there.
  public func variables(of files: [String], from directory: String) throws(Failure) -> [String: String] {
    var variables: [String: String] = [:]
    for file in files {
      let known = variables
      try EnvironmentFile.read(
        Paths.resolve(file, in: directory), from: directory, into: &variables, report: Report()
      ) { environment[$0] ?? known[$0] }
    }
    return variables
  }
}
