import Presentation

/// The field `filters`: `{"status":["running"]}`, or `{"status":{"running":true}}` as clients before 1.22 write it.
public struct Filters: Hashable, Sendable {
  public var terms: [String: [String]] = [:]

  public init() {}

  /// - Throws: 400 where it is no such object.
  public init(_ text: String?) throws(APIError) {
    guard let text, !text.isEmpty else { return }
    let value: JSONValue
    do { value = try JSONValue(parsing: text) } catch { throw .badRequest("invalid filter: \(text)") }
    guard case .object(let members) = value else { throw .badRequest("invalid filter: \(text)") }
    for member in members {
      switch member.value {
      case .array(let values):
        terms[member.key] = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
      case .object(let values): terms[member.key] = values.filter { $0.value == .boolean(true) }.map(\.key)
      case .null: break
      default: throw .badRequest("invalid filter: \(text)")
      }
    }
  }

  public subscript(name: String) -> [String] { terms[name] ?? [] }

  public func has(_ name: String) -> Bool { !(terms[name] ?? []).isEmpty }

  /// Throws 400 for a name that the route does not know.
  public func allow(_ names: Set<String>) throws(APIError) {
    if let unknown = terms.keys.sorted().first(where: { !names.contains($0) }) {
      throw .badRequest("invalid filter '\(unknown)'")
    }
  }

  /// What one term says: true where it is absent.
  public func boolean(_ name: String) throws(APIError) -> Bool? {
    guard let value = terms[name]?.first else { return nil }
    switch value.lowercased() {
    case "1", "t", "true": return true
    case "0", "f", "false": return false
    default: throw .badRequest("invalid filter '\(name)=[\(value)]'")
    }
  }

  /// `label=key`, `label=key=value`: all must hold.
  public func matchLabels(_ labels: [String: String], _ name: String = "label") -> Bool {
    self[name].allSatisfy { Self.matches($0, labels) }
  }

  /// `label!=…`: none may hold.
  public func excludeLabels(_ labels: [String: String]) -> Bool {
    self["label!"].contains { Self.matches($0, labels) }
  }

  private static func matches(_ term: String, _ labels: [String: String]) -> Bool {
    guard let equals = term.firstIndex(of: "=") else { return labels[term] != nil }
    return labels[String(term[..<equals])] == String(term[term.index(after: equals)...])
  }
}
