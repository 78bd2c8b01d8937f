import YAML

/// The hash by which `docker compose` recognises a changed service (`config --hash`): SHA-256 of its JSON form without
/// what does not concern its containers.
enum ServiceHash {
  static func text(of service: Node) -> String {
    var relevant = service
    relevant.updateMapping { service in
      for key in ["build", "pull_policy", "scale", "depends_on", "profiles"] { service.remove(key) }
      service["deploy"]?.updateMapping { $0.remove("replicas") }
    }
    return text(of: relevant, among: "services")
  }

  /// - Parameter kind: the key of the project that objects of its kind stand under.
  fileprivate static func text(of definition: Node, among kind: String) -> String {
    let shown = ProjectView(Node(.mapping(Mapping([kind: Node(.mapping(Mapping(["object": definition])))])))).json
    let json = JSONText(escapesDollars: false, isIndented: false, escapesMarkup: true)
    return SHA256.hex(of: Array(json.text(shown[kind]!["object"]!).utf8))
  }
}

extension Project {
  /// What `docker compose` calls a service's configuration hash; scripts compare it with `config --hash`.
  public func configHash(ofService name: String) -> String? {
    tree["services"]?[name].map { ServiceHash.text(of: $0) }
  }

  /// The same of a network or volume, of which everything counts.
  /// - Parameter kind: `networks`, `volumes`
  public func configHash(of key: String, among kind: String) -> String? {
    tree[kind]?[key].map { ServiceHash.text(of: $0, among: kind) }
  }
}
