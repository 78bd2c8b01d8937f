import YAML

/// The parts of a canonical project that each output format shows, in the order in which they are shown.
struct ProjectView {
  private let tree: Node

  init(_ tree: Node) { self.tree = tree }

  /// As `docker compose config --format json` has it: no extensions but those at the top level, no models.
  var json: Node {
    var view = shown(tree, .project, keepsExtensions: false)
    view.updateMapping { top in
      top.remove("models")
      for entry in tree.mapping?.entries ?? [] where entry.key.hasPrefix("x-") { top[entry.key] = entry.value }
    }
    return view
  }

  /// What an empty value adds nothing to is left out.
  var yaml: Node {
    var view = shown(tree, .project, keepsExtensions: true)
    func drop(_ key: String, ifEmptyIn mapping: inout Mapping) {
      guard let value = mapping[key] else { return }
      if value.isNull || value.mapping?.isEmpty ?? false
        || value.mapping?.count == 1 && value["command"]?.isNull ?? false
      {
        mapping.remove(key)
      }
    }
    view.updateMapping { top in
      top["networks"]?.updateMapping { networks in
        for position in networks.entries.indices {
          networks[position: position].updateMapping { drop("ipam", ifEmptyIn: &$0) }
        }
      }
      top["services"]?.updateMapping { services in
        for position in services.entries.indices {
          services[position: position].updateMapping { service in
            drop("command", ifEmptyIn: &service)
            drop("entrypoint", ifEmptyIn: &service)
            service["deploy"]?.updateMapping { deploy in
              drop("resources", ifEmptyIn: &deploy)
              drop("placement", ifEmptyIn: &deploy)
            }
            service["develop"]?.updateMapping { develop in
              develop["watch"]?.updateSequence { watches in
                for index in watches.indices { watches[index].updateMapping { drop("exec", ifEmptyIn: &$0) } }
              }
            }
          }
        }
      }
    }
    return view
  }

  /// Names that the user chose are sorted; extensions go, and so does content that comes from the environment.
  private func shown(_ node: Node, _ record: Record, keepsExtensions: Bool) -> Node {
    guard let mapping = node.mapping else { return node }
    var view = Mapping()
    view.reserveCapacity(mapping.count)
    for field in record.fields {
      guard let entry = mapping.entry(field.name) else { continue }
      if record === Record.fileObject, field.name == "content", mapping["environment"] != nil { continue }
      view.append(.init(entry.key, shown(entry.value, field.form, keepsExtensions: keepsExtensions), mark: entry.mark))
    }
    if keepsExtensions {
      for entry in mapping.entries where entry.key.hasPrefix("x-") { view.append(entry) }
    }
    return Node(.mapping(view), mark: node.mark)
  }

  private func shown(_ node: Node, _ form: Form, keepsExtensions: Bool) -> Node {
    switch (form, node.value) {
    case (.record(let record), _): return shown(node, record, keepsExtensions: keepsExtensions)
    case (.records(let record), .sequence(let items)):
      return Node(.sequence(items.map { shown($0, record, keepsExtensions: keepsExtensions) }), mark: node.mark)
    case (.mapping(let value), .mapping(let mapping)):
      return Node(
        .mapping(
          Mapping(
            mapping.entries.sorted { $0.key < $1.key }.map {
              .init($0.key, shown($0.value, value, keepsExtensions: keepsExtensions), mark: $0.mark)
            })), mark: node.mark)
    default: return node
    }
  }
}
