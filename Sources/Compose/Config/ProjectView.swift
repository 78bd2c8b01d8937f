import YAML

/// The parts of a canonical project that each output format shows, in the order in which they are shown.
struct ProjectView {
  private let tree: Node

  init(_ tree: Node) { self.tree = tree }

  /// As `docker compose config --format json` has it: no extensions but those at the top level, no models.
  var json: Node {
    var view = shown(tree, .project, as: .json)
    view.updateMapping { top in
      top.remove("models")
      for entry in tree.mapping?.entries ?? [] where entry.key.hasPrefix("x-") {
        top[entry.key] = Self.withoutEmptyLists(entry.value)
      }
    }
    return view
  }

  /// Empty lists of extensions are null in JSON, as `docker compose` prints them.
  private static func withoutEmptyLists(_ node: Node) -> Node {
    var copy = node
    switch node.value {
    case .sequence(let items): copy.value = items.isEmpty ? .null : .sequence(items.map(withoutEmptyLists))
    case .mapping(let mapping):
      copy.value = .mapping(
        Mapping(mapping.entries.map { .init($0.key, withoutEmptyLists($0.value), mark: $0.mark) }))
    default: break
    }
    return copy
  }

  /// What an empty value adds nothing to is left out.
  var yaml: Node {
    var view = shown(tree, .project, as: .yaml)
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
  private func shown(_ node: Node, _ record: Record, as format: ConfigQuery.Format) -> Node {
    guard let mapping = node.mapping else { return node }
    // A file that must be there is just its path.
    if record === Record.environmentFile, mapping["required"]?.bool == true, mapping["format"] == nil {
      return mapping["path"] ?? node
    }
    var view = Mapping()
    view.reserveCapacity(mapping.count)
    for field in record.fields {
      guard let entry = mapping.entry(field.name) else { continue }
      if record === Record.fileObject, field.name == "content", mapping["environment"] != nil { continue }
      let key = format == .yaml ? field.name : field.jsonName
      view.append(.init(key, shown(entry.value, field.form, as: format), mark: entry.mark))
    }
    if format == .yaml {
      for entry in mapping.entries where entry.key.hasPrefix("x-") { view.append(entry) }
    }
    return Node(.mapping(view), mark: node.mark)
  }

  private func shown(_ node: Node, _ form: Form, as format: ConfigQuery.Format) -> Node {
    switch (form, node.value) {
    case (.record(let record), _): return shown(node, record, as: format)
    case (.records(let record), .sequence(let items)):
      return Node(.sequence(items.map { shown($0, record, as: format) }), mark: node.mark)
    case (.objects(let record), .mapping): return shown(node, .mapping(.record(record)), as: format)
    case (.mapping(let value), .mapping(let mapping)):
      return Node(
        .mapping(
          Mapping(
            mapping.entries.sorted { $0.key < $1.key }.map {
              .init($0.key, shown($0.value, value, as: format), mark: $0.mark)
            })), mark: node.mark)
    default: return node
    }
  }
}
