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
    let shown = ProjectView(
      Node(.mapping(Mapping(["services": Node(.mapping(Mapping(["service": relevant])))])))
    ).json
    let json = JSONText(escapesDollars: false, isIndented: false, escapesMarkup: true)
    return SHA256.hex(of: Array(json.text(shown["services"]!["service"]!).utf8))
  }
}
