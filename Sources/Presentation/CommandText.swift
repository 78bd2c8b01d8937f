import Diagnostics

/// A container's command as one quoted text, as `docker ps` and `docker compose ps` show it.
public enum CommandText {
  /// `"sh -c 'while true; …"`: words with blanks in single quotes, the whole in double ones, cut to 20 columns.
  public static func quoted(_ words: [String], truncated: Bool = true) -> String {
    let joined = plain(words)
    return Quotation.go.quote(truncated ? Ellipsis.cut(joined, to: 20) : joined)
  }

  /// The same without the quotes around it and whole, as Docker's API has it.
  public static func plain(_ words: [String]) -> String {
    words.map { word in
      word.contains(where: { $0 == " " || $0 == "\t" || $0 == "\n" }) ? "'\(word)'" : word
    }.joined(separator: " ")
  }
}
