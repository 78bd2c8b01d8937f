/// How the different instructions split what stands behind their name.
extension Instruction {
  init(line: String, escape: Unicode.Scalar, lines: ClosedRange<Int>) throws(WordLexer.SyntaxError) {
    let (name, rest) = line.withoutSpace.cut()
    self.init(name: String(name), lines: lines)
    original = line
    var words = FlagReader(rest, escape: escape)
    flags = words.flags()
    let text = String(words.rest.withoutSpace)
    switch keyword {
    case "add", "copy", "volume": try readList(text)
    case "cmd", "entrypoint", "run", "shell": try readJSONOrText(text)
    case "env", "label": try readPairs(text, escape)
    case "arg": arguments = QuotedWords.split(text, escape: escape)
    case "expose", "from": arguments = text.isEmpty ? [] : text.fields()
    case "maintainer", "stopsignal", "user", "workdir": arguments = text.isEmpty ? [] : [text]
    case "healthcheck": try readHealthcheck(text)
    case "onbuild":
      if !text.isEmpty { triggered = [try Instruction(line: text, escape: escape, lines: lines)] }
    // An instruction that nobody knows is refused later, by name; its arguments do not count.
    default: arguments = [""]
    }
  }

  private mutating func readJSONOrText(_ text: String) throws(WordLexer.SyntaxError) {
    guard !text.isEmpty else { return }
    if let items = try JSONStrings.parse(text) {
      arguments += items
      isJSON = true
    } else {
      arguments.append(text)
    }
  }

  private mutating func readList(_ text: String) throws(WordLexer.SyntaxError) {
    if let items = try JSONStrings.parse(text) {
      arguments = items
      isJSON = true
    } else if !text.isEmpty {
      arguments = text.fields()
    }
  }

  private mutating func readHealthcheck(_ text: String) throws(WordLexer.SyntaxError) {
    guard !text.isEmpty else { return }
    let kind = text.prefix { !$0.isWhitespace }
    arguments = [String(kind)]
    try readJSONOrText(String(text[kind.endIndex...].withoutLeadingSpace))
  }

  /// `name=value …`, or the old form `name value`.
  private mutating func readPairs(_ text: String, _ escape: Unicode.Scalar) throws(WordLexer.SyntaxError) {
    let words = QuotedWords.split(text, escape: escape)
    guard let first = words.first else { return }
    guard first.contains("=") else {
      let (name, value) = text.cut()
      guard let value = value else {
        throw WordLexer.SyntaxError(description: "\(keyword.uppercased()) must have two arguments")
      }
      arguments = [String(name), String(value), ""]
      return
    }
    for word in words {
      guard let equals = word.firstIndex(of: "=") else {
        throw WordLexer.SyntaxError(
          description: "Syntax error - can't find = in \"\(word)\". Must be of the form: name=value")
      }
      arguments += [String(word[..<equals]), String(word[word.index(after: equals)...]), "="]
    }
  }
}

extension StringProtocol {
  /// Up to the first run of white space, and behind it.
  fileprivate func cut() -> (Substring, Substring?) {
    let text = Substring(self)
    guard let space = text.firstIndex(where: \.isBlank) else { return (text, nil) }
    return (text[..<space], text[space...].drop(while: \.isBlank))
  }

  /// Split at runs of white space.
  fileprivate func fields() -> [String] {
    Substring(self).split { (character: Character) in character.isBlank }.map(String.init)
  }
}

extension Character {
  /// White space inside a line.
  fileprivate var isBlank: Bool { self == " " || self == "\t" || self == "\u{0B}" || self == "\u{0C}" || self == "\r" }
}
