import Arguments
import Diagnostics
import Linux
import Presentation

/// `--filter key=value`, by key.
enum FilterFlags {
  static func values(_ arguments: ParsedArguments) throws(Failure) -> [String: [String]] {
    var values: [String: [String]] = [:]
    for text in arguments.list("filter") {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw Failure(
          .invalidInput, "invalid argument \"\(text)\": bad format of filter (expected name=value)", subject: "--filter"
        )
      }
      // `label!=x` means the absence of a label.
      values[parts[0].lowercased(), default: []].append(parts[1])
    }
    return values
  }

  /// Those of the `prune` commands: `until` is a time.
  static func pruning(_ arguments: ParsedArguments) throws -> (values: [String: [String]], until: Timestamp?) {
    var values = try values(arguments)
    let until = values.removeValue(forKey: "until")
    guard until?.count ?? 0 < 2 else { throw Failure(.invalidInput, "more than one until filter specified") }
    return (values, try until?.first.map { try LogsCommand.moment($0, flag: "filter") })
  }
}

/// What went, as the `prune` commands of docker say it.
enum PrunedText {
  static func print(_ what: String, _ removed: [String], _ reclaimed: Int64?) {
    if !removed.isEmpty {
      Output.standard.write("Deleted \(what):\n" + removed.map { $0 + "\n" }.joined() + "\n")
    }
    if let reclaimed { Output.standard.print("Total reclaimed space: \(HumanSize.decimal(reclaimed))") }
  }
}
