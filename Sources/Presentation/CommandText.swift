/// A container's command as one quoted text, as `docker ps` and `docker compose ps` show it.
public enum CommandText {
  /// `"sh -c 'while true; …"`: words with blanks in single quotes, the whole in double ones, cut to 20 columns.
  public static func quoted(_ words: [String], truncated: Bool = true) -> String {
    let joined = plain(words)
    return quote(truncated ? Ellipsis.cut(joined, to: 20) : joined)
  }

  /// The same without the quotes around it and whole, as Docker's API has it.
  public static func plain(_ words: [String]) -> String {
    words.map { word in
      word.contains(where: { $0 == " " || $0 == "\t" || $0 == "\n" }) ? "'\(word)'" : word
    }.joined(separator: " ")
  }

  /// Go's strconv.Quote.
  static func quote(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        quoted += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
