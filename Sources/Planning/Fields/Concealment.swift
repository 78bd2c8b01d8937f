/// Keeps what is probably a secret out of what is shown: values of variables whose names say so, passwords inside of
/// URLs, and `password=…` inside of options.
enum Concealment {
  private static let telling = [
    "password", "passwd", "passphrase", "secret", "token", "apikey", "api_key", "access_key", "private_key",
    "encryption_key", "credential", "_pwd", "_pass", "auth_key", "signing_key", "salt",
  ].map { Array($0.utf8) }

  /// A variable or option of this name holds a secret.
  static func isTelling(_ name: String) -> Bool {
    let name = name.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
    // `…_FILE` holds the path of a secret, by convention of the official images.
    if name.suffix(5) == Array("_file".utf8)[...] { return false }
    return name == Array("pass".utf8) || telling.contains { contains(name, $0) }
  }

  private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard text.count >= part.count else { return false }
    return (0...text.count - part.count).contains { text[$0] == part[0] && text[$0..<$0 + part.count] == part[...] }
  }

  /// The value with secrets inside of its strings replaced by `***`.
  static func conceal(_ value: FieldValue, named name: String = "") -> FieldValue {
    switch value {
    case .string(let text): isTelling(name) && !text.isEmpty ? .hidden : .string(conceal(text))
    case .list(let values): concealArguments(values)
    case .object(let members): .object(members.map { .init($0.name, conceal($0.value, named: $0.name)) })
    default: value
    }
  }

  /// Arguments: `--requirepass X` hides X.
  private static func concealArguments(_ values: [FieldValue]) -> FieldValue {
    var afterTelling = false
    return .list(
      values.map { value in
        defer {
          if case .string(let text) = value {
            afterTelling = text.hasPrefix("-") && !text.contains("=") && (isTelling(text) || text.hasSuffix("pass"))
          } else {
            afterTelling = false
          }
        }
        return afterTelling ? .hidden : conceal(value)
      })
  }

  static func conceal(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "@")) || text.utf8.contains(UInt8(ascii: "=")) else { return text }
    return concealAssignments(in: concealUserInfo(in: text))
  }

  /// `scheme://user:password@host` (RFC 3986, section 3.2.1)
  private static func concealUserInfo(in text: String) -> String {
    var result = ""
    var rest = text[...]
    while let scheme = firstRange(of: "://", in: rest) {
      result += rest[..<scheme.upperBound]
      rest = rest[scheme.upperBound...]
      let authority = rest.prefix { $0 != "/" && $0 != " " && $0 != "?" && $0 != "#" }
      guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else { continue }
      result += rest[...colon] + "***"
      rest = rest[at...]
    }
    return result + rest
  }

  /// `…password=X`, up to a comma, an ampersand, a semicolon or white space.
  private static func concealAssignments(in text: String) -> String {
    var result = ""
    var rest = text[...]
    while let equals = rest.firstIndex(of: "=") {
      let name = rest[..<equals].reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
      result += rest[...equals]
      rest = rest[rest.index(after: equals)...]
      guard isTelling(String(name.reversed())) else { continue }
      let value = rest.prefix { $0 != "," && $0 != "&" && $0 != ";" && !$0.isWhitespace }
      if !value.isEmpty { result += "***" }
      rest = rest[value.endIndex...]
    }
    return result + rest
  }

  private static func firstRange(of needle: String, in text: Substring) -> Range<Substring.Index>? {
    var start = text.startIndex
    while start < text.endIndex {
      if text[start...].hasPrefix(needle) { return start..<text.index(start, offsetBy: needle.count) }
      start = text.index(after: start)
    }
    return nil
  }
}
