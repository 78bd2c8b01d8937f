import Diagnostics

/// Which events are asked for. Of one key any value may hold, of several keys all must; labels must all be there.
public struct EventFilters: Hashable, Sendable {
  public static let known = [
    "config", "container", "daemon", "event", "image", "label", "network", "node", "plugin", "scope", "secret",
    "service", "type", "volume",
  ]

  private let values: FilterValues

  /// - Throws: `.invalidInput` for a key that Docker does not have.
  public init(_ wanted: [String: [String]] = [:]) throws(Failure) {
    values = try FilterValues(wanted, known: Self.known)
  }

  public func accept(_ event: Event) -> Bool {
    values.acceptLabels(event.attributes)
      && Self.known.allSatisfy { key in key == "label" || values.accept(key) { holds(key, $0, event) } }
  }

  private func holds(_ key: String, _ value: String, _ event: Event) -> Bool {
    switch key {
    case "event": return event.action == value || event.word == value
    case "type": return event.kind.rawValue == value
    case "scope": return value == "local"
    case "image":
      let name = event.kind == .container ? event.attributes["image"] : event.attributes["name"]
      return event.id == value || event.id.hasPrefix("sha256:\(value)") || name == value
        || name.map(withoutTag) == value
    case "container", "network", "volume":
      guard event.kind.rawValue == key else {
        // A network's or volume's event names the container that it is about.
        return key == "container" && event.attributes["container"].map { $0.hasPrefix(value) } ?? false
      }
      return event.id.hasPrefix(value) || event.attributes["name"] == value
    default: return event.kind.rawValue == key && (event.id == value || event.attributes["name"] == value)
    }
  }

  private func withoutTag(_ name: String) -> String {
    guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return name }
    return String(name[..<colon])
  }
}
