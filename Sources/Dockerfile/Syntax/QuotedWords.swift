/// Splits at white space outside quotes and keeps quotes and escapes: they are taken off when variables are substituted.
enum QuotedWords {
  static func split(_ text: String, escape: Unicode.Scalar) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var isWord = false
    var quote: Unicode.Scalar?
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      if quote == nil && scalar.properties.isWhitespace {
        if isWord { words.append(String(word)) }
        word.removeAll()
        isWord = false
        continue
      }
      if scalar == quote {
        quote = nil
      } else if quote == nil && (scalar == "'" || scalar == "\"") {
        quote = scalar
      } else if scalar == escape && quote != "'" {
        // An escape character at the very end is dropped; elsewhere it keeps what follows from meaning anything.
        guard let escaped = scalars.popFirst() else { break }
        word.append(scalar)
        word.append(escaped)
        isWord = true
        continue
      }
      word.append(scalar)
      isWord = true
    }
    if isWord { words.append(String(word)) }
    return words
  }
}
