/// Which files are left out: the lines of a `.dockerignore` file, or the patterns of `--exclude`. The last line that
/// means a file, or a folder that it is in, decides.
public struct IgnoreRules: Sendable {
  private struct Rule {
    var pattern: PathPattern
    var text: String
    /// `!pattern`: the file is kept.
    var keeps: Bool
  }

  private var rules: [Rule] = []

  /// Whether a folder that is left out may hold something that is kept.
  public var hasExceptions: Bool { rules.contains { $0.keeps } }
  public var isEmpty: Bool { rules.isEmpty }
  /// Nothing at all is left.
  var ignoresEverything: Bool {
    rules.contains { !$0.keeps && ["*", "**", "**/*"].contains($0.text) }
  }

  /// Nothing is left out.
  public init() {}

  /// - Throws: the pattern that cannot be read.
  public init(file: String) throws(WordLexer.SyntaxError) {
    let text = file.hasPrefix("\u{FEFF}") ? String(file.dropFirst()) : file
    let lines = text.split(omittingEmptySubsequences: true) { $0 == "\n" || $0 == "\r\n" }
    try self.init(patterns: lines.filter { !$0.hasPrefix("#") }.map { String($0.withoutSpace) })
  }

  public init(patterns: [String]) throws(WordLexer.SyntaxError) {
    for text in patterns where !text.isEmpty {
      let keeps = text.hasPrefix("!")
      let pattern = Self.cleaned(keeps ? String(text.dropFirst().withoutSpace) : text)
      if keeps, pattern.isEmpty { throw .init(description: "illegal exclusion pattern: \"!\"") }
      if pattern.isEmpty || pattern == "." { continue }
      rules.append(Rule(pattern: try PathPattern(pattern), text: pattern, keeps: keeps))
    }
  }

  /// As they would stand in a file, cleaned.
  public var patterns: [String] { rules.map { ($0.keeps ? "!" : "") + $0.text } }

  /// - Parameter path: relative to the context, without a slash in front.
  public func ignores(_ path: String) -> Bool {
    guard !rules.isEmpty else { return false }
    var places = [path]
    for (index, byte) in zip(path.utf8.indices, path.utf8) where byte == UInt8(ascii: "/") {
      places.append(String(path[..<index]))
    }
    var isIgnored = false
    for rule in rules where rule.keeps == isIgnored {
      if places.contains(where: rule.pattern.matches) { isIgnored = !rule.keeps }
    }
    return isIgnored
  }

  /// Without `.`, `..`, doubled and outer slashes.
  private static func cleaned(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }
}
