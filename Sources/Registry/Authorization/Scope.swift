/// What is to be done with which repository (distribution, "Token Scope").
struct Scope: Hashable, Sendable, CustomStringConvertible {
  enum Access: String, Sendable { case pull, push = "pull,push" }

  var repository: String
  var access: Access
  /// Another repository of the registry that a blob may be taken from.
  var source: String?

  /// One `scope` parameter each.
  var words: [String] {
    ["repository:\(repository):\(access.rawValue)"] + (source.map { ["repository:\($0):pull"] } ?? [])
  }

  var description: String { words.joined(separator: " ") }
}
