/// A pattern for paths as `.dockerignore`, `COPY` and `--exclude` have them: `*`, `?` and `[a-z]` stay within a name, `**`
/// stands for any number of folders. Matching takes time proportional to pattern times path, whatever the pattern is.
public struct PathPattern: Sendable, Hashable {
  private enum Token: Sendable, Hashable {
    case scalar(Unicode.Scalar)
    /// `?`
    case one
    /// `*`
    case some
    /// `**` at the end
    case everything
    /// `**/`
    case folders
    case set([ClosedRange<Unicode.Scalar>], isInverted: Bool)
  }

  private var tokens: [Token] = []

  /// Whether the text has anything that is not to be taken literally.
  public private(set) var hasWildcards = false

  public init(_ text: String) throws(WordLexer.SyntaxError) {
    var rest = Substring(text).unicodeScalars
    while let scalar = rest.popFirst() {
      switch scalar {
      case "*":
        hasWildcards = true
        guard rest.first == "*" else {
          tokens.append(.some)
          continue
        }
        rest.removeFirst()
        if rest.isEmpty {
          tokens.append(.everything)
        } else {
          if rest.first == "/" { rest.removeFirst() }
          tokens.append(.folders)
        }
      case "?":
        hasWildcards = true
        tokens.append(.one)
      case "[":
        hasWildcards = true
        tokens.append(try Self.set(&rest, of: text))
      case "\\":
        guard let escaped = rest.popFirst() else { throw .init(description: "syntax error in pattern \(text)") }
        tokens.append(.scalar(escaped))
      default: tokens.append(.scalar(scalar))
      }
    }
  }

  private static func set(_ rest: inout Substring.UnicodeScalarView, of text: String) throws(WordLexer.SyntaxError)
    -> Token
  {
    func next() throws(WordLexer.SyntaxError) -> Unicode.Scalar {
      guard let scalar = rest.popFirst() else { throw .init(description: "syntax error in pattern \(text)") }
      return scalar
    }
    let isInverted = rest.first == "^"
    if isInverted { rest.removeFirst() }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while true {
      var scalar = try next()
      if scalar == "]", !ranges.isEmpty { return .set(ranges, isInverted: isInverted) }
      if scalar == "\\" { scalar = try next() }
      guard rest.first == "-" else {
        ranges.append(scalar...scalar)
        continue
      }
      rest.removeFirst()
      var end = try next()
      if end == "\\" { end = try next() }
      guard scalar <= end else { throw .init(description: "syntax error in pattern \(text)") }
      ranges.append(scalar...end)
    }
  }

  /// Whether the whole path is meant. Paths have no slash in front.
  public func matches(_ path: String) -> Bool {
    let end = tokens.count
    // `at[i]`: everything before token i has matched. `inside[i]`: token i, folders, has begun and wants its slash.
    var at = [Bool](repeating: false, count: end + 1)
    var inside = at
    func arrive(_ index: Int, _ at: inout [Bool]) {
      var index = index
      while !at[index] {
        at[index] = true
        guard index < end else { return }
        switch tokens[index] {
        case .some, .everything, .folders: index += 1
        default: return
        }
      }
    }
    arrive(0, &at)
    for scalar in path.unicodeScalars {
      var nextAt = [Bool](repeating: false, count: end + 1)
      var nextInside = nextAt
      for index in 0..<end where at[index] || inside[index] {
        switch tokens[index] {
        case .scalar(let wanted): if scalar == wanted { arrive(index + 1, &nextAt) }
        case .one: if scalar != "/" { arrive(index + 1, &nextAt) }
        case .some: if scalar != "/" { arrive(index, &nextAt) }
        case .everything: arrive(index, &nextAt)
        case .folders:
          nextInside[index] = true
          if scalar == "/" { arrive(index + 1, &nextAt) }
        case .set(let ranges, let isInverted):
          if scalar != "/", ranges.contains(where: { $0.contains(scalar) }) != isInverted {
            arrive(index + 1, &nextAt)
          }
        }
      }
      (at, inside) = (nextAt, nextInside)
    }
    return at[end]
  }
}
