import YAML

/// Says explicitly what a model implies: the default network, the dependencies that links and shared namespaces bring,
/// the names of resources.
struct Normalization {
  let projectName: String
  let environment: [String: String]

  func normalize(_ model: inout Node) {
    model.updateMapping { top in
      top["name"] = Node(projectName, mark: top["name"]?.mark ?? .none)
      addDefaultNetwork(&top)
      top["services"]?.updateMapping { services in
        for position in services.entries.indices {
          services[position: position].updateMapping { normalize(service: &$0) }
        }
      }
      for kind in ["networks", "volumes", "configs", "secrets"] {
        guard let position = top.position(of: kind) else { continue }
        top[position: position].updateMapping { nameResources(&$0) }
      }
    }
  }

  private func addDefaultNetwork(_ top: inout Mapping) {
    var isUsed = false
    top["services"]?.updateMapping { services in
      for position in services.entries.indices {
        services[position: position].updateMapping { service in
          guard service["provider"] == nil, service["network_mode"] == nil else { return }
          if let networks = service["networks"]?.mapping, !networks.isEmpty {
            isUsed = isUsed || networks["default"] != nil
          } else {
            service["networks"] = Node(.mapping(Mapping(["default": Node(.null)])))
            isUsed = true
          }
        }
      }
    }
    guard isUsed, top["networks"]?["default"] == nil else { return }
    if top["networks"]?.mapping == nil { top["networks"] = Node(.mapping(Mapping())) }
    top["networks"]?.updateMapping { $0["default"] = Node(.null) }
  }

  private func normalize(service: inout Mapping) {
    if service["pull_policy"]?.string == "if_not_present" { service["pull_policy"]?.value = .string("missing") }
    // Schema: "Time after which to refresh the image. Used with pull_policy=refresh." The same in one word:
    if service["pull_policy"]?.string == "refresh", let period = service["pull_refresh_after"]?.string {
      service["pull_policy"]?.value = .string("every_\(period)")
      service.remove("pull_refresh_after")
    }
    service["build"]?.updateMapping { build in
      if build["context"] == nil { build["context"] = Node(".") }
      if build["dockerfile"] == nil, build["dockerfile_inline"] == nil { build["dockerfile"] = Node("Dockerfile") }
      if let arguments = build["args"] { build["args"] = resolved(arguments, keepsUnset: false) }
    }
    if let variables = service["environment"] { service["environment"] = resolved(variables, keepsUnset: true) }
    addImpliedDependencies(&service)
    service["volumes"]?.updateSequence { volumes in
      for index in volumes.indices {
        guard let target = volumes[index]["target"]?.string else { continue }
        volumes[index].updateMapping { $0["target"]?.value = .string(Paths.clean(target)) }
      }
    }
    guard let image = service["image"], image.string != "" else { return }
    service["pre_start"]?.updateSequence { hooks in
      for index in hooks.indices where hooks[index]["image"] == nil {
        hooks[index].updateMapping { $0["image"] = image }
      }
    }
  }

  private func addImpliedDependencies(_ service: inout Mapping) {
    var implied: [(name: String, restart: Bool, mark: Mark)] = []
    for link in service["links"]?.sequence ?? [] {
      guard let text = link.string else { continue }
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      implied.append((parts.count == 2 ? String(parts[0]) : text, true, link.mark))
    }
    for namespace in ["network_mode", "ipc", "pid", "uts", "cgroup"] {
      guard let node = service[namespace], let text = node.string, text.hasPrefix("service:") else { continue }
      implied.append((String(text.dropFirst(8)), true, node.mark))
    }
    for source in service["volumes_from"]?.sequence ?? [] {
      guard let text = source.string, !text.hasPrefix("container:") else { continue }
      implied.append((text.split(separator: ":").first.map(String.init) ?? text, false, source.mark))
    }
    guard !implied.isEmpty else { return }
    if service["depends_on"]?.mapping == nil { service["depends_on"] = Node(.mapping(Mapping())) }
    service["depends_on"]?.updateMapping { dependencies in
      for (name, restart, mark) in implied where dependencies.position(of: name) == nil {
        dependencies[name] = Node(
          .mapping(
            Mapping([
              "condition": Node("service_started"), "restart": Node(.bool(restart)), "required": Node(.bool(true)),
            ])), mark: mark)
      }
    }
  }

  /// Variables without a value take the one that they have in the environment.
  private func resolved(_ node: Node, keepsUnset: Bool) -> Node {
    var copy = node
    switch node.value {
    case .mapping(var mapping):
      for position in mapping.entries.indices where mapping.entries[position].value.isNull {
        guard let value = environment[mapping.entries[position].key] else { continue }
        mapping[position: position].value = .string(value)
      }
      if !keepsUnset { mapping.filter { !$0.value.isNull } }
      copy.value = .mapping(mapping)
    case .sequence(let items):
      let resolved = items.compactMap { item in
        guard let text = item.string, !text.contains("=") else { return item }
        if let value = environment[text] { return Node("\(text)=\(value)", mark: item.mark) }
        return keepsUnset ? item : nil
      }
      copy.value = resolved.isEmpty ? .null : .sequence(resolved)
    default: break
    }
    return copy
  }

  /// A resource without a name is called after the project and its key; an external one after its key.
  private func nameResources(_ resources: inout Mapping) {
    for position in resources.entries.indices {
      let key = resources.entries[position].key
      if resources.entries[position].value.isNull {
        resources[position: position].value = .mapping(Mapping())
      }
      resources[position: position].updateMapping { resource in
        guard resource["name"]?.isNull ?? true else { return }
        let external = resource["external"].map { $0.bool == true || $0.string == "true" } ?? false
        resource["name"] = Node(external ? key : "\(projectName)_\(key)")
      }
    }
  }
}
