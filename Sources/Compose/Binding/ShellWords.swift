/// Splits a command as a shell would split it into words, without running or expanding anything.
///
/// Quotes and backslashes work; `;`, `&`, `|`, `<` and `>` end the command, as they would for a shell.
enum ShellWords {
  static func split(_ line: String) throws(SyntaxProblem) -> [String] {
    var words: [String] = []
    var word = ""
    var hasWord = false
    var isEscaped = false
    var single = false
    var double = false
    var back = false
    var substitution = false
    let problem = SyntaxProblem(
      "the command `\(line.excerpt)` cannot be split into words: a quote or parenthesis is not closed",
      hint: "write it as a list: `[\"sh\", \"-c\", \"…\"]`")

    scan: for scalar in line.unicodeScalars {
      if isEscaped {
        word.unicodeScalars.append(scalar == "t" ? "\t" : scalar == "n" ? "\n" : scalar)
        isEscaped = false
        hasWord = true
        continue
      }
      switch scalar {
      case "\\":
        if single { word.unicodeScalars.append(scalar) } else { isEscaped = true }
        continue
      case " ", "\t", "\r", "\n":
        if single || double || back || substitution {
          word.unicodeScalars.append(scalar)
        } else if hasWord {
          words.append(word)
          word = ""
          hasWord = false
        }
        continue
      case "`": if !single, !double, !substitution { back.toggle() }
      case ")" where !single && !double && !back:
        guard substitution else { throw problem }
        substitution = false
      case "(" where !single && !double && !back:
        guard !substitution, word.hasSuffix("$") else { throw problem }
        substitution = true
      case "\"" where !single && !substitution:
        if double { hasWord = true }
        double.toggle()
        continue
      case "'" where !double && !substitution:
        if single { hasWord = true }
        single.toggle()
        continue
      case ";", "&", "|", "<", ">":
        guard !single, !double, !back, !substitution else { break }
        // The number of a redirected descriptor is no word.
        if scalar == ">", let first = word.first, first.isASCII, first.isNumber { hasWord = false }
        break scan
      default: break
      }
      hasWord = true
      word.unicodeScalars.append(scalar)
    }
    if hasWord { words.append(word) }
    guard !isEscaped, !single, !double, !back, !substitution else { throw problem }
    return words
  }
}
