import Diagnostics
import YAML

/// The way to an attribute as a person writes it: `services.web.ports[0].published`, `services.web.labels."a.b"`. Keys may
/// hold dots without quotes where no other reading leads anywhere.
struct AttributePath {
  /// Follows the text from the top of a project.
  static func find(_ text: String, in root: Node) throws(Failure) -> (path: NodePath, node: Node) {
    var path = NodePath()
    var node = root
    var rest = text[...]
    while !rest.isEmpty {
      if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
        guard let index = Int(rest[rest.index(after: rest.startIndex)..<end]), let items = node.sequence,
          items.indices.contains(index)
        else { throw missing(text, path, node) }
        path.push(index)
        node = items[index]
        rest = rest[rest.index(after: end)...]
      } else {
        guard let mapping = node.mapping, let key = key(at: &rest, of: mapping) else { throw missing(text, path, node) }
        path.push(key)
        node = mapping[key]!
      }
      if rest.hasPrefix(".") { rest.removeFirst() }
    }
    return (path, node)
  }

  /// The longest key that the text begins with.
  private static func key(at rest: inout Substring, of mapping: Mapping) -> String? {
    if rest.hasPrefix("\""), let end = rest.dropFirst().firstIndex(of: "\"") {
      let key = String(rest[rest.index(after: rest.startIndex)..<end])
      guard mapping[key] != nil else { return nil }
      rest = rest[rest.index(after: end)...]
      return key
    }
    let fits = mapping.keys.filter { key in
      guard rest.hasPrefix(key) else { return false }
      let next = rest.dropFirst(key.count).first
      return next == nil || next == "." || next == "["
    }
    guard let key = fits.max(by: { $0.count < $1.count }) else { return nil }
    rest = rest.dropFirst(key.count)
    return key
  }

  private static func missing(_ text: String, _ path: NodePath, _ node: Node) -> Failure {
    let place = path.isEmpty ? "the project" : path.description
    var hint: String?
    if let mapping = node.mapping {
      let wanted = text.dropFirst(path.isEmpty ? 0 : path.description.count + 1).prefix { $0 != "." && $0 != "[" }
      hint =
        closest(to: String(wanted), among: mapping.keys).map { "did you mean `\(path.appending($0))`?" }
        ?? (mapping.isEmpty ? nil : "it has \(mapping.keys.prefix(20).joined(separator: ", "))")
    } else if let items = node.sequence {
      hint = "it is a list of \(items.count), counted from 0"
    }
    return Failure(.notFound, "\(place) has no such attribute", subject: text, hint: hint)
  }
}
