import YAML

/// Lists whose items have a key: of two items with the same key the later one stays, in the place of the earlier.
enum Unicity: Sendable {
  /// `KEY=value`: the key.
  case keyValue
  case volumeTarget, deviceTarget, port, exposed, environmentFile
  /// A secret or config: where it is mounted.
  case mount(default: String)

  private static let table: PathTable<Unicity> = [
    "networks.*.labels": .keyValue,
    "networks.*.ipam.options": .keyValue,
    "services.*.annotations": .keyValue,
    "services.*.build.args": .keyValue,
    "services.*.build.additional_contexts": .keyValue,
    "services.*.build.platform": .keyValue,
    "services.*.build.tags": .keyValue,
    "services.*.build.labels": .keyValue,
    "services.*.cap_add": .keyValue,
    "services.*.cap_drop": .keyValue,
    "services.*.configs": .mount(default: ""),
    "services.*.deploy.labels": .keyValue,
    "services.*.devices": .deviceTarget,
    "services.*.dns": .keyValue,
    "services.*.dns_opt": .keyValue,
    "services.*.dns_search": .keyValue,
    "services.*.environment": .keyValue,
    "services.*.env_file": .environmentFile,
    "services.*.expose": .exposed,
    "services.*.labels": .keyValue,
    "services.*.links": .keyValue,
    "services.*.networks.*.aliases": .keyValue,
    "services.*.networks.*.link_local_ips": .keyValue,
    "services.*.ports": .port,
    "services.*.profiles": .keyValue,
    "services.*.secrets": .mount(default: "/run/secrets"),
    "services.*.sysctls": .keyValue,
    "services.*.tmpfs": .keyValue,
    "services.*.volumes": .volumeTarget,
  ]

  static func enforce(on root: inout Node) {
    if let changed = changed(root, table) { root = changed }
  }

  /// The node without its duplicates, or nil where there are none.
  private static func changed(_ node: Node, _ table: PathTable<Unicity>) -> Node? {
    switch node.value {
    case .mapping(let mapping):
      var copy: Mapping?
      for (position, entry) in mapping.entries.enumerated() {
        guard let below = table.below(entry.key), let changed = changed(entry.value, below) else { continue }
        if copy == nil { copy = mapping }
        copy![position: position] = changed
      }
      return copy.map { Node(.mapping($0), style: node.style, directive: node.directive, mark: node.mark) }
    case .sequence(let items):
      guard items.count > 1, let rule = table.rule, let unique = rule.unique(items) else { return nil }
      return Node(.sequence(unique), style: node.style, directive: node.directive, mark: node.mark)
    default: return nil
    }
  }

  private func unique(_ items: [Node]) -> [Node]? {
    var positions: [String: Int] = [:]
    var kept: [Node] = []
    for item in items {
      guard let key = key(of: item) else {
        kept.append(item)
        continue
      }
      if let position = positions[key] {
        kept[position] = item
      } else {
        positions[key] = kept.count
        kept.append(item)
      }
    }
    return kept.count == items.count ? nil : kept
  }

  /// What makes an item the same as another. Nil where the item is of no form that has one: the schema says so later.
  private func key(of item: Node) -> String? {
    switch (self, item.value) {
    case (.keyValue, .string(let text)): return text.cut(at: "=")?.before ?? text
    case (.volumeTarget, .string(let text)): return try? VolumeSyntax.parse(text).target
    case (.volumeTarget, .mapping(let mapping)), (.deviceTarget, .mapping(let mapping)):
      return mapping["target"]?.string
    case (.deviceTarget, .string(let text)):
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      return String(parts.count == 1 ? parts[0] : parts[1])
    case (.exposed, .string(let text)): return text
    case (.exposed, .int(let port)), (.port, .int(let port)): return String(port)
    case (.mount(let directory), .string(let name)): return "\(directory)/\(name)"
    case (.mount(let directory), .mapping(let mapping)):
      return mapping["target"]?.string ?? "\(directory)/\(mapping["source"]?.string ?? "")"
    case (.port, .string(let text)): return text
    case (.port, .mapping(let port)):
      guard let target = port["target"] else { return nil }
      // A published number and a published string count as two: that is how the reference loader tells them apart.
      let published = port["published"].map { ($0.string == nil ? "#" : "") + GoFormat.text($0) } ?? "#"
      let host = port["host_ip"]?.string ?? "0.0.0.0"
      return "\(host):\(published):\(GoFormat.text(target))/\(port["protocol"]?.string ?? "tcp")"
    case (.environmentFile, .string(let path)): return path
    case (.environmentFile, .mapping(let mapping)): return mapping["path"]?.string
    default: return nil
    }
  }
}
