import Diagnostics

/// The part of TOML that registries.conf is written in: tables, arrays of tables, and keys with strings, truth values,
/// numbers and arrays of strings.
struct ConfigurationText {
  enum Value: Hashable, Sendable {
    case text(String)
    case flag(Bool)
    case list([String])
    /// Understood as a value, and of no use here.
    case other
  }

  /// One `[table]` or one element of a `[[table]]`, in the order of the file.
  struct Table: Hashable, Sendable {
    var name: String
    var values: [String: Value] = [:]
  }

  private(set) var tables: [Table] = [Table(name: "")]
  private var rest: Substring
  private var line = 1
  private let file: String

  init(_ text: String, file: String) throws(Failure) {
    rest = text[...]
    self.file = file
    while try skipBlanks(lines: true) { try statement() }
  }

  private func wrong(_ message: String) -> Failure {
    Failure(.invalidInput, message, location: SourceLocation(file: file, line: line, column: 1))
  }

  private mutating func statement() throws(Failure) {
    if rest.first == "[" {
      let isArray = rest.hasPrefix("[[")
      let name = rest.drop { $0 == "[" }.prefix { $0 != "]" && !$0.isNewline }
      let close = isArray ? "]]" : "]"
      let after = rest.dropFirst(close.count + name.count)
      guard after.hasPrefix(close) else { throw wrong("a table's name is not closed") }
      tables.append(Table(name: String(name.filter { $0 != " " && $0 != "\"" })))
      rest = after.dropFirst(close.count)
    } else {
      let key = rest.prefix { !"= \t\n\r".contains($0) }
      rest = rest.dropFirst(key.count)
      _ = try skipBlanks(lines: false)
      guard !key.isEmpty, rest.first == "=" else { throw wrong("a key and = were expected") }
      rest = rest.dropFirst()
      _ = try skipBlanks(lines: false)
      let value = try value()
      tables[tables.count - 1].values[String(key.filter { $0 != "\"" && $0 != "'" })] = value
    }
    if try skipBlanks(lines: false), let next = rest.first, !next.isNewline {
      throw wrong("the end of the line was expected")
    }
  }

  private mutating func value() throws(Failure) -> Value {
    switch rest.first {
    case "\"", "'": return .text(try string())
    case "[":
      rest = rest.dropFirst()
      var list: [String] = []
      var isPlain = true
      while true {
        guard try skipBlanks(lines: true) else { throw wrong("an array is not closed") }
        switch rest.first {
        case "]":
          rest = rest.dropFirst()
          return isPlain ? .list(list) : .other
        case ",": rest = rest.dropFirst()
        default:
          if case .text(let text) = try value() { list.append(text) } else { isPlain = false }
        }
      }
    case "{":
      let table = rest.prefix { $0 != "}" && !$0.isNewline }
      rest = rest.dropFirst(table.count)
      guard rest.popFirst() == "}" else { throw wrong("an inline table is not closed") }
      return .other
    default:
      let word = rest.prefix { !" \t\n\r,]#".contains($0) }
      guard !word.isEmpty else { throw wrong("a value was expected") }
      rest = rest.dropFirst(word.count)
      return word == "true" ? .flag(true) : word == "false" ? .flag(false) : .other
    }
  }

  private mutating func string() throws(Failure) -> String {
    let quote = rest.removeFirst()
    var text = ""
    while let character = rest.popFirst(), !character.isNewline {
      if character == quote { return text }
      guard character == "\\", quote == "\"" else {
        text.append(character)
        continue
      }
      switch rest.popFirst() {
      case "n": text.append("\n")
      case "t": text.append("\t")
      case let escaped? where "\\\"".contains(escaped): text.append(escaped)
      default: throw wrong("an escape that is not known")
      }
    }
    throw wrong("a string is not closed")
  }

  /// - Returns: whether anything follows.
  private mutating func skipBlanks(lines: Bool) throws(Failure) -> Bool {
    while let next = rest.first {
      if next == "#" {
        rest = rest.drop { !$0.isNewline }
      } else if next.isNewline {
        guard lines else { return true }
        line += 1
        rest = rest.dropFirst()
      } else if next == " " || next == "\t" {
        rest = rest.dropFirst()
      } else {
        return true
      }
    }
    return false
  }
}
