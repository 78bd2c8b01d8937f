/// A shell pattern of `*` and `?`, with `\` before a literal one (POSIX, XCU 2.13, without bracket expressions).
struct WildcardPattern {
  private enum Piece { case literal(Unicode.Scalar), any, run }

  private let pieces: [Piece]

  init(_ text: String) throws(WordLexer.SyntaxError) {
    var pieces: [Piece] = []
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "*": pieces.append(.run)
      case "?": pieces.append(.any)
      case "\\":
        // Braces and slashes end the parts of a substitution, so they are escaped without meaning anything here.
        if scalars.first == "}" || scalars.first == "/" { continue }
        guard let escaped = scalars.popFirst(), "*?\\".unicodeScalars.contains(escaped) else {
          throw WordLexer.SyntaxError(description: "invalid pattern (\(text)) in substitution: invalid escape")
        }
        pieces.append(.literal(escaped))
      default: pieces.append(.literal(scalar))
      }
    }
    self.pieces = pieces
  }

  private init(pieces: [Piece]) { self.pieces = pieces }

  func removingPrefix(of text: String, longest: Bool) -> String {
    let scalars = Array(text.unicodeScalars)
    return Self.match(pieces, scalars, from: 0, longest: longest).map { Self.string(scalars[$0...]) } ?? text
  }

  func removingSuffix(of text: String, longest: Bool) -> String {
    let reversed = Array(text.unicodeScalars.reversed())
    return Self.match(pieces.reversed(), reversed, from: 0, longest: longest).map {
      Self.string(reversed[$0...].reversed())
    } ?? text
  }

  func replacing(in text: String, by replacement: String, everywhere: Bool) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    var position = 0
    while position <= scalars.count {
      if let end = Self.match(pieces, scalars, from: position, longest: true) {
        result.append(contentsOf: replacement.unicodeScalars)
        if !everywhere {
          result.append(contentsOf: scalars[end...])
          return String(result)
        }
        if end > position {
          position = end
          // A match that reached the end leaves nothing to match again.
          if position == scalars.count { break }
          continue
        }
      }
      if position < scalars.count { result.append(scalars[position]) }
      position += 1
    }
    return String(result)
  }

  /// Where a match that begins at `start` ends. Reachable positions are kept as a set, so a pattern of many stars costs
  /// no more than its length times the text's.
  private static func match(_ pieces: [Piece], _ text: [Unicode.Scalar], from start: Int, longest: Bool) -> Int? {
    var reachable: Set<Int> = [start]
    for piece in pieces {
      switch piece {
      case .literal(let scalar):
        reachable = Set(reachable.filter { $0 < text.count && text[$0] == scalar }.map { $0 + 1 })
      case .any:
        reachable = Set(reachable.filter { $0 < text.count && text[$0] != "\n" }.map { $0 + 1 })
      case .run:
        guard let first = reachable.min() else { return nil }
        reachable = Set(first...text.count)
      }
    }
    return longest ? reachable.max() : reachable.min()
  }

  private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
