import Diagnostics
import Glibc

/// What stands behind `--filter` and in the `filters` of Docker's API: values by key. Of one key any may hold, of several
/// keys all must.
public struct FilterValues: Hashable, Sendable {
  private var wanted: [String: [String]]

  /// - Throws: `.invalidInput` for a key that is not `known`, in Docker's words.
  public init(_ wanted: [String: [String]], known: [String]) throws(Failure) {
    for key in wanted.keys.sorted() where !known.contains(key) {
      throw Failure(.invalidInput, "invalid filter '\(key)'", hint: "there are \(known.joined(separator: ", "))")
    }
    self.wanted = wanted
  }

  public var isEmpty: Bool { wanted.isEmpty }

  public subscript(key: String) -> [String] { wanted[key] ?? [] }

  /// Whether the key is absent, or a value of it holds.
  func accept(_ key: String, where holds: (String) throws -> Bool) rethrows -> Bool {
    guard let values = wanted[key] else { return true }
    return try values.contains(where: holds)
  }

  /// Every label that is named must be there: `key`, `key=value`.
  func acceptLabels(_ labels: [String: String], key: String = "label") -> Bool {
    (wanted[key] ?? []).allSatisfy { Self.has($0, labels) }
  }

  /// No label that is named may be there.
  func acceptAbsent(_ labels: [String: String], key: String = "label!") -> Bool {
    !(wanted[key] ?? []).contains { Self.has($0, labels) }
  }

  static func has(_ text: String, _ labels: [String: String]) -> Bool {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let value = labels[parts[0]] else { return false }
    return parts.count == 1 || value == parts[1]
  }

  /// `true`, `1`, `false`, `0`.
  func boolean(_ key: String) throws(Failure) -> Bool? {
    guard let text = wanted[key]?.first else { return nil }
    switch text.lowercased() {
    case "1", "t", "true": return true
    case "0", "f", "false": return false
    default: throw Failure(.invalidInput, "invalid filter '\(key)=\(text)'")
    }
  }
}

/// A pattern in a name, as Docker's filters take them: a regular expression that may match anywhere.
struct NamePattern {
  private let text: String

  init(_ text: String) { self.text = text }

  /// One that is no regular expression must be in the name as it stands. regcomp(3).
  func matches(_ name: String) -> Bool {
    var expression = regex_t()
    guard regcomp(&expression, text, REG_EXTENDED | REG_NOSUB) == 0 else { return name.contains(text) }
    defer { regfree(&expression) }
    return regexec(&expression, name, 0, nil, 0) == 0
  }
}
