/// Values of flags that are a line of CSV (RFC 4180).
public enum CommaSeparated {
  /// The fields between commas; one in double quotes may contain commas.
  public static func fields(_ text: String) -> [String] {
    var fields: [String] = [""]
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }
}
