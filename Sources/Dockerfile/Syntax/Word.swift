/// Splits text into words and substitutes variables the way a Dockerfile does (Dockerfile reference, "Environment
/// replacement"; the quoting rules are those of sh(1), with a choice of escape character).
public struct WordLexer {
  public struct Options: Sendable {
    public var escape: Unicode.Scalar = "\\"
    /// Quotes stay in the result.
    public var keepsQuotes = false
    /// Escape characters stay in the result.
    public var keepsEscapes = false
    /// `$X` stays as it is where X is not set.
    public var keepsUnset = false
    /// Quotes are ordinary characters.
    public var ignoresQuotes = false

    public init() {}
  }

  /// What one text became.
  public struct Result {
    public var text = ""
    /// The text split at unquoted white space, after substitution.
    public var words: [String] = []
    /// Variables that were asked for and set, and asked for and not set.
    public var used: Set<String> = []
    public var unset: Set<String> = []
  }

  /// Why a text cannot be read.
  public struct SyntaxError: Error, CustomStringConvertible {
    public var description: String

    public init(description: String) { self.description = description }
  }

  private let options: Options
  private let lookup: (String) -> String?
  private var input: [Unicode.Scalar] = []
  private var position = 0
  private var keepsEscapes = false
  private var result = Result()

  private init(_ text: String, _ options: Options, _ lookup: @escaping (String) -> String?) {
    self.options = options
    self.lookup = lookup
    input = Array(text.unicodeScalars)
    keepsEscapes = options.keepsEscapes
  }

  /// - Parameter lookup: the value of a variable, or `nil` where it is not set.
  public static func process(
    _ text: String, options: Options = Options(), lookup: @escaping (String) -> String? = { _ in nil }
  ) throws(SyntaxError) -> Result {
    var lexer = WordLexer(text, options, lookup)
    let (whole, words) = try lexer.read(until: nil)
    lexer.result.text = whole
    lexer.result.words = words
    return lexer.result
  }

  private var next: Unicode.Scalar? { position < input.count ? input[position] : nil }

  private mutating func take() -> Unicode.Scalar? {
    guard position < input.count else { return nil }
    defer { position += 1 }
    return input[position]
  }

  private mutating func read(until stop: Unicode.Scalar?) throws(SyntaxError) -> (String, [String]) {
    var text = String.UnicodeScalarView()
    var words = WordSplitter()
    while let scalar = next {
      if scalar == stop {
        position += 1
        return (String(text), words.finish())
      }
      switch scalar {
      case "$":
        let value = try variable()
        text.append(contentsOf: value.unicodeScalars)
        words.split(value)
      case "<":
        let value = heredocMark()
        text.append(contentsOf: value.unicodeScalars)
        words.keep(value)
      case "'" where !options.ignoresQuotes, "\"" where !options.ignoresQuotes:
        let value = scalar == "'" ? try singleQuoted() : try doubleQuoted()
        text.append(contentsOf: value.unicodeScalars)
        words.keep(value)
      case options.escape:
        position += 1
        if keepsEscapes {
          text.append(scalar)
          words.keep(String(scalar))
        }
        guard let escaped = take() else { break }
        text.append(escaped)
        words.keep(String(escaped))
      default:
        position += 1
        text.append(scalar)
        words.split(String(scalar))
      }
    }
    if let stop { throw SyntaxError(description: "unexpected end of statement while looking for matching \(stop)") }
    return (String(text), words.finish())
  }

  private mutating func singleQuoted() throws(SyntaxError) -> String {
    position += 1
    guard let end = input[position...].firstIndex(of: "'") else {
      throw SyntaxError(description: "unexpected end of statement while looking for matching single-quote")
    }
    let content = string(input[position..<end])
    position = end + 1
    return options.keepsQuotes ? "'\(content)'" : content
  }

  private mutating func doubleQuoted() throws(SyntaxError) -> String {
    position += 1
    var text = options.keepsQuotes ? "\"" : ""
    while let scalar = next {
      switch scalar {
      case "\"":
        position += 1
        return options.keepsQuotes ? text + "\"" : text
      case "$":
        text += try variable()
      case options.escape:
        position += 1
        if keepsEscapes { text.unicodeScalars.append(scalar) }
        guard let escaped = next else { continue }
        // Only these three can be escaped inside double quotes; before others the escape character is literal.
        if escaped == "\"" || escaped == "$" || escaped == options.escape {
          text.unicodeScalars.append(escaped)
          position += 1
        } else {
          text.unicodeScalars.append(scalar)
        }
      default:
        position += 1
        text.unicodeScalars.append(scalar)
      }
    }
    throw SyntaxError(description: "unexpected end of statement while looking for matching double-quote")
  }

  /// `<<` with the white space behind it, so that `<< EOF` stays one word; anything else is a `<`.
  private mutating func heredocMark() -> String {
    position += 1
    guard next == "<" else { return "<" }
    position += 1
    var mark = "<<"
    while let space = next, space == " " || space == "\t" || space == "\r" {
      mark.unicodeScalars.append(space)
      position += 1
    }
    return mark
  }

  private func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}

// MARK: Variables

extension WordLexer {
  private mutating func value(of name: String) -> String? {
    let value = lookup(name)
    if value != nil { result.used.insert(name) } else { result.unset.insert(name) }
    return value
  }

  /// `$name` or `${name…}`, from the dollar sign on.
  private mutating func variable() throws(SyntaxError) -> String {
    position += 1
    guard next == "{" else {
      let name = name()
      if name.isEmpty { return "$" }
      return value(of: name) ?? (options.keepsUnset ? "$\(name)" : "")
    }
    position += 1
    switch next {
    case nil: throw SyntaxError(description: "syntax error: missing '}'")
    case "{", "}", ":": throw SyntaxError(description: "syntax error: bad substitution")
    default: break
    }
    let name = name()
    guard var modifier = take() else { throw SyntaxError(description: "syntax error: missing '}'") }
    if modifier == "}" { return value(of: name) ?? (options.keepsUnset ? "${\(name)}" : "") }
    if modifier == "/" { return try replacement(name) }
    var written = String(modifier)
    let emptyIsUnset = modifier == ":"
    if emptyIsUnset {
      guard let second = take() else { throw SyntaxError(description: "syntax error: missing '}'") }
      modifier = second
      written.unicodeScalars.append(second)
    }
    let isTrim = modifier == "#" || modifier == "%"
    guard "+-?".unicodeScalars.contains(modifier) || (isTrim && !emptyIsUnset) else {
      throw SyntaxError(description: "unsupported modifier (\(written)) in substitution")
    }
    let word = try operand(until: "}", keepsEscapes: isTrim, missing: "syntax error: missing '}'")
    let value = value(of: name)
    if value == nil && options.keepsUnset { return "${\(name)\(written)\(word)}" }
    let isUnset = value == nil || (emptyIsUnset && value!.isEmpty)
    switch modifier {
    case "-": return isUnset ? word : value!
    case "+": return isUnset ? "" : word
    case "?":
      guard isUnset else { return value! }
      let reason = value == nil ? "is not allowed to be unset" : "is not allowed to be empty"
      throw SyntaxError(description: "\(name): \(word.isEmpty ? reason : word)")
    default: return try trimmed(value ?? "", word, modifier)
    }
  }

  /// `#`, `##`, `%` and `%%`: the shortest or, doubled, the longest match is cut off.
  private func trimmed(_ value: String, _ word: String, _ modifier: Unicode.Scalar) throws(SyntaxError) -> String {
    var pattern = word
    let longest = pattern.unicodeScalars.first == modifier
    if longest { pattern.unicodeScalars.removeFirst() }
    let matcher = try WildcardPattern(pattern)
    return modifier == "#"
      ? matcher.removingPrefix(of: value, longest: longest) : matcher.removingSuffix(of: value, longest: longest)
  }

  /// `${name/pattern/replacement}` and `${name//pattern/replacement}`, from behind the first slash.
  private mutating func replacement(_ name: String) throws(SyntaxError) -> String {
    let everywhere = next == "/"
    if everywhere { position += 1 }
    let pattern = try operand(until: "/", keepsEscapes: true, missing: "syntax error: missing '/' in ${}")
    let replacement = try operand(until: "}", keepsEscapes: true, missing: "syntax error: missing '}'")
    let value = value(of: name)
    if value == nil && options.keepsUnset { return "${\(name)/\(pattern)/\(replacement)}" }
    return try WildcardPattern(pattern).replacing(in: value ?? "", by: replacement, everywhere: everywhere)
  }

  private mutating func operand(
    until stop: Unicode.Scalar, keepsEscapes keeps: Bool, missing: String
  ) throws(SyntaxError) -> String {
    let before = keepsEscapes
    keepsEscapes = keeps
    defer { keepsEscapes = before }
    do { return try read(until: stop).0 } catch {
      throw position >= input.count ? SyntaxError(description: missing) : error
    }
  }

  /// A name, a run of digits, or one of the special parameters of sh(1).
  private mutating func name() -> String {
    guard let first = next else { return "" }
    let start = position
    if first.properties.numericType == .decimal {
      while let scalar = next, scalar.properties.numericType == .decimal { position += 1 }
    } else if "@*#?-$!0".unicodeScalars.contains(first) {
      position += 1
    } else {
      while let scalar = next,
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
      {
        position += 1
      }
    }
    return string(input[start..<position])
  }
}

/// Collects words: unquoted white space ends one, quoted text never does.
private struct WordSplitter {
  private var current = String.UnicodeScalarView()
  private var words: [String] = []

  mutating func split(_ text: String) {
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace { flush() } else { current.append(scalar) }
    }
  }

  mutating func keep(_ text: String) { current.append(contentsOf: text.unicodeScalars) }

  mutating func flush() {
    guard !current.isEmpty else { return }
    words.append(String(current))
    current.removeAll()
  }

  mutating func finish() -> [String] {
    flush()
    return words
  }
}
