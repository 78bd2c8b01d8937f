/// Takes the `--flags` off the front of an instruction's arguments.
struct FlagReader {
  private let text: [Unicode.Scalar]
  private let escape: Unicode.Scalar
  private var position = 0

  init(_ text: Substring?, escape: Unicode.Scalar) {
    self.text = Array((text ?? "").unicodeScalars)
    self.escape = escape
  }

  /// What is left behind the flags.
  var rest: String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text[position...])
    return String(view)
  }

  /// The flags, without their quotes and escapes. A bare `--` ends them.
  mutating func flags() -> [String] {
    var found: [String] = []
    while true {
      let start = position
      while position < text.count, text[position].properties.isWhitespace { position += 1 }
      guard position + 1 < text.count, text[position] == "-", text[position + 1] == "-" else {
        if position == text.count { position = start == 0 ? position : text.count }
        return found
      }
      let word = word()
      if word == "--" { return found }
      found.append(word)
    }
  }

  private mutating func word() -> String {
    var word = String.UnicodeScalarView()
    var quote: Unicode.Scalar?
    while position < text.count {
      let scalar = text[position]
      if quote == nil && scalar.properties.isWhitespace { break }
      position += 1
      if scalar == quote {
        quote = nil
      } else if quote == nil && (scalar == "'" || scalar == "\"") {
        quote = scalar
      } else if scalar == escape {
        // An escape character at the very end is dropped.
        guard position < text.count else { break }
        word.append(text[position])
        position += 1
      } else {
        word.append(scalar)
      }
    }
    return String(word)
  }
}
