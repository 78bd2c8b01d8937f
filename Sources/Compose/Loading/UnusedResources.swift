import YAML

/// Networks, volumes, secrets, configs and models that no service refers to.
enum UnusedResources {
  static func remove(from project: inout Node) {
    var used: [String: Set<String>] = [:]
    for service in project["services"]?.mapping?.entries ?? [] {
      let service = service.value
      func use(_ kind: String, _ names: some Sequence<String>) { used[kind, default: []].formUnion(names) }
      if let networks = service["networks"]?.mapping { use("networks", networks.keys) }
      if let models = service["models"]?.mapping { use("models", models.keys) }
      use(
        "volumes",
        (service["volumes"]?.sequence ?? []).filter { $0["type"]?.string == "volume" }.compactMap {
          $0["source"]?.string
        })
      use("secrets", sources(service["secrets"]) + sources(service["build"]?["secrets"]))
      use("configs", sources(service["configs"]))
    }
    project.updateMapping { top in
      for kind in ["networks", "volumes", "secrets", "configs", "models"] {
        top[kind]?.updateMapping { $0.filter { used[kind]?.contains($0.key) ?? false } }
        if top[kind]?.mapping?.isEmpty ?? false { top.remove(kind) }
      }
    }
  }

  private static func sources(_ references: Node?) -> [String] {
    references?.sequence?.compactMap { $0["source"]?.string } ?? []
  }
}
