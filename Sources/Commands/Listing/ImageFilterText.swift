import Diagnostics
import Images

extension ImageFilter {
  /// What `--filter` says: `label=a=b`, `dangling=true`, `until=24h`.
  init(words: [String], known: Set<Key> = Set(Key.allCases).subtracting([.withoutLabel])) throws {
    let conditions = try words.map { word -> (key: String, value: String) in
      guard let equals = word.firstIndex(of: "=") else {
        throw Failure(.invalidInput, "invalid filter '\(word)'", subject: "--filter", hint: "write KEY=VALUE")
      }
      return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }
    try self.init(conditions, known: known) { try LogsCommand.moment($0, flag: "filter") }
  }
}
