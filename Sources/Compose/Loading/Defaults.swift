import YAML

/// Attributes that always have a value, filled in where the files give none.
enum Defaults {
  private enum Rule: Sendable {
    case buildContext, secretTarget, port, deviceRequest, bind
  }

  private static let table: PathTable<Rule> = [
    "services.*.build": .buildContext,
    "services.*.secrets.*": .secretTarget,
    "services.*.ports.*": .port,
    "services.*.deploy.resources.reservations.devices.*": .deviceRequest,
    "services.*.gpus.*": .deviceRequest,
    "services.*.volumes.*.bind": .bind,
  ]

  static func fill(_ model: inout Node) { fill(&model, table) }

  private static func fill(_ node: inout Node, _ table: PathTable<Rule>) {
    if let rule = table.rule { return node.updateMapping { apply(rule, to: &$0) } }
    switch node.value {
    case .mapping(let entries):
      let positions = entries.entries.indices.filter { table.below(entries.entries[$0].key) != nil }
      guard !positions.isEmpty else { return }
      node.updateMapping { mapping in
        for position in positions {
          fill(&mapping[position: position], table.below(mapping.entries[position].key)!)
        }
      }
    case .sequence:
      guard let below = table.belowItems else { return }
      node.updateSequence { items in
        for index in items.indices { fill(&items[index], below) }
      }
    default: break
    }
  }

  private static func apply(_ rule: Rule, to mapping: inout Mapping) {
    func fill(_ key: String, _ value: @autoclosure () -> Node) {
      if mapping[key] == nil { mapping[key] = value() }
    }
    switch rule {
    case .buildContext: fill("context", Node("."))
    case .secretTarget:
      let source = mapping["source"]?.string ?? ""
      fill("target", Node("/run/secrets/\(source)"))
    case .port:
      fill("protocol", Node("tcp"))
      fill("mode", Node("ingress"))
    case .deviceRequest: if mapping["device_ids"] == nil { fill("count", Node("all")) }
    case .bind: fill("create_host_path", Node(.bool(true)))
    }
  }
}
