import FoundationEssentials

/// The JSON array of strings that is the exec form of many instructions.
enum JSONStrings {
  private enum Item: Decodable {
    case string(String)
    case other

    init(from decoder: any Decoder) throws {
      self = (try? decoder.singleValueContainer().decode(String.self)).map(Item.string) ?? .other
    }
  }

  /// The strings; `nil` where the text is no JSON array at all, which makes it a shell form.
  static func parse(_ text: String) throws(WordLexer.SyntaxError) -> [String]? {
    guard text.withoutLeadingSpace.first == "[",
      let items = try? JSONDecoder().decode([Item].self, from: Data(text.utf8))
    else { return nil }
    var strings: [String] = []
    for item in items {
      guard case .string(let string) = item else {
        throw WordLexer.SyntaxError(
          description: "when using JSON array syntax, arrays must be comprised of strings only")
      }
      strings.append(string)
    }
    return strings
  }
}
