import YAML

/// The services of a project and what each depends on, as text for programs that draw.
public struct ProjectGraph: Sendable {
  /// What a service's node shows beside its name.
  public struct Details: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static let networks = Details(rawValue: 1)
    public static let ports = Details(rawValue: 2)
    public static let image = Details(rawValue: 4)
  }

  private struct Service {
    var name: String
    /// Headings with the lines below them.
    var details: [(title: String, lines: [String])]
    var dependencies: [String]
  }

  private let name: String
  private let services: [Service]

  public init(_ project: LoadedProject, details: Details) {
    name = project.name
    services = (project.tree["services"]?.mapping?.entries ?? []).sorted { $0.key < $1.key }.map { entry in
      let service = entry.value
      var shown: [(String, [String])] = []
      let networks = (service["networks"]?.mapping?.entries ?? []).sorted { one, other in
        let (first, second) = (one.value["priority"]?.int ?? 0, other.value["priority"]?.int ?? 0)
        return first == second ? one.key < other.key : first > second
      }
      if details.contains(.networks), !networks.isEmpty { shown.append(("Networks", networks.map(\.key))) }
      let ports = service["ports"]?.sequence ?? []
      if details.contains(.ports), !ports.isEmpty { shown.append(("Ports", ports.map(Self.port))) }
      if details.contains(.image) {
        shown.append(("Image", [service["image"]?.string ?? "\(project.name)-\(entry.key)"]))
      }
      return Service(
        name: entry.key, details: shown,
        dependencies: (service["depends_on"]?.mapping?.keys).map { $0.sorted() } ?? [])
    }
  }

  /// `127.0.0.1:8080:80 (tcp, ingress)`
  private static func port(_ port: Node) -> String {
    func text(_ key: String) -> String { port[key].map(GoFormat.text) ?? "" }
    let address = text("host_ip").isEmpty ? "" : text("host_ip") + ":"
    return "\(address)\(text("published")):\(text("target")) (\(text("protocol")), \(text("mode")))"
  }

  /// For Graphviz, as `docker compose alpha viz` writes it.
  public func dot(indentation: String) -> String {
    var text = "digraph \"\(name)\" {\n\(indentation)layout=dot;\n"
    for service in services {
      text +=
        "\(indentation)\"\(service.name)\" [style=\"filled\" label=<<font point-size=\"15\">\(service.name)</font>"
      for (title, lines) in service.details {
        text += "<font point-size=\"10\"><br/><br/><b>\(title):</b>"
        text += lines.map { "<br/>" + $0.escapingMarkup }.joined() + "</font>"
      }
      text += ">];\n"
    }
    text += "\n"
    for service in services {
      for dependency in service.dependencies { text += "\(indentation)\"\(service.name)\" -> \"\(dependency)\";\n" }
    }
    return text + "}\n"
  }

  /// For Mermaid: https://mermaid.js.org/syntax/flowchart.html
  public func mermaid(indentation: String) -> String {
    // Names of services may be words of the language.
    let ids = Dictionary(uniqueKeysWithValues: services.enumerated().map { ($1.name, "s\($0)") })
    var text = "flowchart TD\n"
    for service in services {
      let details = service.details.map { title, lines in
        "<br/><b>\(title):</b>" + lines.map { "<br/>" + $0.escapingMarkup }.joined()
      }
      text += "\(indentation)\(ids[service.name]!)[\"\(service.name)\(details.joined())\"]\n"
    }
    for service in services {
      for dependency in service.dependencies {
        guard let id = ids[dependency] else { continue }
        text += "\(indentation)\(ids[service.name]!) --> \(id)\n"
      }
    }
    return text
  }
}

extension String {
  fileprivate var escapingMarkup: String {
    var text = ""
    for character in self {
      switch character {
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "&": text += "&amp;"
      case "\"": text += "&quot;"
      default: text.append(character)
      }
    }
    return text
  }
}
