import Diagnostics
import YAML

/// How a project is called: `-p`, else `COMPOSE_PROJECT_NAME`, else `name` of the files (the last one wins), else the
/// name of its directory.
public enum ProjectName {
  static func choose(
    _ options: LoadOptions, files: ProjectFiles, documents: [[Node]], report: Report
  ) throws(Failures) -> String {
    if let name = options.projectName, !name.isEmpty { return try checked(name, from: "-p") }
    if let name = files.environment["COMPOSE_PROJECT_NAME"], !name.isEmpty {
      return try checked(name, from: "COMPOSE_PROJECT_NAME")
    }
    let written = documents.joined().compactMap { $0["name"] }.filter { $0.string != "" && !$0.isNull }
    var name = normalized(Paths.base(of: files.nameDirectory))
    var mark: Mark?
    if var last = written.last {
      mark = last.mark
      if options.interpolates {
        var root = Node(.mapping(Mapping(["name": last])))
        Interpolator(environment: files.environment, report: report).interpolate(&root)
        try report.stopIfFailed()
        last = root["name"]!
      }
      name = normalized(GoFormat.text(last))
    }
    guard !name.isEmpty else {
      throw Failures([
        Failure(
          .invalidInput, "the project has no name", location: mark?.location,
          hint: "give one with -p, or with `name:` in the compose file")
      ])
    }
    return name
  }

  /// Small letters, digits, `-` and `_`, beginning with a letter or digit; everything else is dropped.
  static func normalized(_ name: String) -> String {
    String(
      name.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        .drop { $0 == "-" || $0 == "_" })
  }

  /// Throws where a name that somebody gave is none.
  /// - Parameter origin: where it was given: `-p`.
  @discardableResult
  public static func checked(_ name: String, from origin: String) throws(Failures) -> String {
    guard normalized(name) == name else {
      let better = normalized(name)
      throw Failures([
        Failure(
          .invalidInput, "`\(name)` (\(origin)) cannot be the name of a project",
          hint: "use small letters, digits, `-` and `_`, beginning with a letter or digit"
            + (better.isEmpty ? "" : ": \(better)"))
      ])
    }
    return name
  }
}
