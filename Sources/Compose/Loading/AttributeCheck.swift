import YAML

/// Rules that a schema cannot say: attributes that exclude each other, addresses that must be ones.
struct AttributeCheck {
  let report: Report

  private enum Rule: Sendable {
    case volume
    case content([String])
    case port, watchedPath, deviceRequest
  }

  private static let table: PathTable<Rule> = [
    "volumes.*": .volume,
    "configs.*": .content(["file", "environment", "content"]),
    "secrets.*": .content(["file", "environment"]),
    "services.*.ports.*": .port,
    "services.*.develop.watch.*.path": .watchedPath,
    "services.*.deploy.resources.reservations.devices.*": .deviceRequest,
    "services.*.gpus.*": .deviceRequest,
  ]

  func check(_ model: Node) {
    var path = NodePath()
    check(model, Self.table, &path)
  }

  private func check(_ node: Node, _ table: PathTable<Rule>, _ path: inout NodePath) {
    if let rule = table.rule { return apply(rule, to: node, path) }
    switch node.value {
    case .mapping(let mapping):
      for entry in mapping.entries {
        guard let below = table.below(entry.key) else { continue }
        path.push(entry.key)
        check(entry.value, below, &path)
        path.pop()
      }
    case .sequence(let items):
      guard let below = table.belowItems else { return }
      for (index, item) in items.enumerated() {
        path.push(index)
        check(item, below, &path)
        path.pop()
      }
    default: break
    }
  }

  private func apply(_ rule: Rule, to node: Node, _ path: NodePath) {
    switch rule {
    case .volume: checkExternal(node, path)
    case .content(let keys): checkContent(node, keys, path)
    case .port:
      guard let address = node["host_ip"], let text = address.string, !AddressSyntax.isAddress(text) else { return }
      report.fail("`\(text)` is no IP address", at: path.appending("host_ip"), address.mark)
    case .watchedPath: if node.string == "" { report.fail("must not be empty", at: path, node.mark) }
    case .deviceRequest:
      guard node["count"] != nil, let ids = node["device_ids"] else { return }
      report.fail("`count` and `device_ids` exclude each other", at: path, ids.mark, hint: "keep one of them")
    }
  }

  /// An external volume is somebody else's: only its name is ours to say.
  private func checkExternal(_ node: Node, _ path: NodePath) {
    guard let volume = node.mapping, volume["external"]?.bool == true else { return }
    for entry in volume.entries where !["name", "external"].contains(entry.key) && !entry.key.hasPrefix("x-") {
      report.fail(
        "`\(entry.key)` has no meaning for a volume that is `external`", at: path, entry.mark,
        hint: "remove `\(entry.key)`, or `external`")
    }
  }

  private func checkContent(_ node: Node, _ keys: [String], _ path: NodePath) {
    guard let resource = node.mapping else { return }
    let present = keys.compactMap { resource.entry($0) }
    let shown = keys.map { "`\($0)`" }.joined(separator: ", ")
    if present.count > 1 {
      report.fail("only one of \(shown) can be given", at: path, present[1].mark)
    } else if present.isEmpty, resource["driver"] == nil, resource["external"] == nil {
      report.fail("one of \(shown) or `external` is required", at: path, node.mark)
    }
  }
}
