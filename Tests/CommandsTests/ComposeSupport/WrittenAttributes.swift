import YAML

@testable import Compose

/// The attributes of the schema that a test's compose files have, by their paths: `services.*.ports[].host_ip`.
struct WrittenAttributes {
  private static let beginnings = ["services", "networks", "volumes", "secrets", "configs", "models", "include"]

  private(set) var paths: Set<String> = []

  /// - Parameter source: Swift, whose string literals may be compose files. Interpolated values stand for any text.
  init(source: String) {
    for literal in Self.literals(source) where literal.contains(":") {
      let bytes = Array(literal.utf8)
      guard let tree = try? Node.documents(in: bytes, from: .none).last else { continue }
      let known = tree.mapping?.keys.contains { Self.beginnings.contains($0) }
      if known == true { note(tree, Schema.file, "") }
    }
  }

  private mutating func note(_ node: Node, _ shape: Shape, _ path: String) {
    for entry in node.mapping?.entries ?? [] {
      guard let object = shape.object else { break }
      if let attribute = object.attributes[entry.key] {
        let place = path.isEmpty ? entry.key : "\(path).\(entry.key)"
        paths.insert(place)
        note(entry.value, attribute, place)
      } else if let values = object.values, !entry.key.hasPrefix("x-") {
        note(entry.value, values, path + ".*")
      }
    }
    guard let items = shape.items else { return }
    for item in node.sequence ?? [] { note(item, items.shape, path + "[]") }
  }

  /// What stands in quotes, with the indentation of literals of several lines taken away and `\(…)` as `1`.
  private static func literals(_ source: String) -> [String] {
    var literals: [String] = []
    var rest = source[...]
    while let quote = rest.firstIndex(of: "\"") {
      rest = rest[quote...]
      let marks = rest.hasPrefix("\"\"\"") ? "\"\"\"" : "\""
      rest = rest.dropFirst(marks.count)
      var text = ""
      while !rest.isEmpty, !rest.hasPrefix(marks) {
        let character = rest.removeFirst()
        guard character == "\\", let next = rest.first else {
          text.append(character)
          continue
        }
        rest.removeFirst()
        switch next {
        case "n": text.append("\n")
        case "(":
          var depth = 1
          while depth > 0, let inner = rest.first {
            rest.removeFirst()
            depth += inner == "(" ? 1 : inner == ")" ? -1 : 0
          }
          text.append("1")
        default: text.append(next)
        }
      }
      rest = rest.dropFirst(marks.count)
      literals.append(marks.count == 3 ? outdented(text) : text)
    }
    return literals
  }

  private static func outdented(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
    let indent = lines.filter { !$0.allSatisfy { $0 == " " } }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    return lines.map { String($0.dropFirst(indent)) }.joined(separator: "\n")
  }
}
