/// What a server wants to see: one challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1).
struct Challenge: Hashable, Sendable {
  /// Lower case.
  var scheme: String
  /// Names in lower case.
  var parameters: [String: String] = [:]

  /// Reads every challenge of a header. What cannot be understood is left out.
  static func parse(_ header: String) -> [Challenge] {
    var challenges: [Challenge] = []
    var rest = header[...]
    func skip(_ characters: String) { rest = rest.drop { characters.contains($0) } }
    func word() -> String {
      let word = rest.prefix { !" \t,=\"".contains($0) }
      rest = rest.dropFirst(word.count)
      return String(word)
    }
    while true {
      skip(" \t,")
      let name = word()
      if name.isEmpty {
        if rest.isEmpty { break }
        rest = rest.dropFirst()
        continue
      }
      let spaces = rest.prefix { $0 == " " || $0 == "\t" }
      let next = rest.dropFirst(spaces.count)
      guard next.first == "=", !challenges.isEmpty else {
        challenges.append(Challenge(scheme: name.lowercased()))
        continue
      }
      rest = next.dropFirst()
      skip(" \t")
      var value = ""
      if rest.first == "\"" {
        rest = rest.dropFirst()
        while let character = rest.popFirst(), character != "\"" {
          if character == "\\", let escaped = rest.popFirst() { value.append(escaped) } else { value.append(character) }
        }
      } else {
        value = word()
      }
      challenges[challenges.count - 1].parameters[name.lowercased()] = value
    }
    return challenges
  }
}
