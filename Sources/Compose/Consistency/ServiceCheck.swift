import YAML

/// The checks of one service.
struct ServiceCheck {
  let name: String
  let service: Node
  let mark: Mark
  let project: Node
  let services: Mapping
  let disabled: Mapping
  let report: Report

  func fail(_ message: String, _ keys: [String] = [], _ mark: Mark? = nil, hint: String? = nil) {
    report.fail(message, at: NodePath((["services", name] + keys).map { .key($0) }), mark ?? self.mark, hint: hint)
  }

  func checkImage() {
    if service["image"] == nil, service["build"] == nil, service["provider"] == nil {
      fail(
        "the service has neither an `image` nor a `build`",
        hint: "add one of them, or name the file that has it with another -f")
    }
  }

  func checkBuild() {
    guard let build = service["build"] else { return }
    if build["dockerfile"] != nil, let inline = build["dockerfile_inline"] {
      fail("`dockerfile` and `dockerfile_inline` exclude each other", ["build"], inline.mark)
    }
    for context in build["additional_contexts"]?.mapping?.entries ?? [] {
      guard let text = context.value.string, text.hasPrefix("service:") else { continue }
      let other = String(text.dropFirst(8))
      let path = ["build", "additional_contexts", context.key]
      if let found = services[other] {
        if found["build"] == nil { fail("service `\(other)` is not built", path, context.value.mark) }
      } else {
        fail("there is no service `\(other)`", path, context.value.mark, hint: nearest(other, services))
      }
    }
    if let platform = service["platform"]?.string, let platforms = build["platforms"],
      !(platforms.sequence ?? []).contains(where: { $0.string == platform })
    {
      fail("the service's `platform` \(platform) must be one of them", ["build", "platforms"], platforms.mark)
    }
  }

  func checkHealth() {
    guard let test = service["healthcheck"]?["test"], let first = test.sequence?.first?.string else { return }
    if !["CMD", "CMD-SHELL", "NONE"].contains(first) {
      fail(
        "a list must begin with CMD, CMD-SHELL or NONE, not with `\(first)`", ["healthcheck", "test"], test.mark,
        hint: "write `[\"CMD\", \"\(first)\", …]`")
    }
  }

  // MARK: References

  private func nearest(_ name: String, _ candidates: Mapping?) -> String? {
    closest(to: name, among: candidates?.entries.map(\.key) ?? []).map { "did you mean `\($0)`?" }
  }

  private func checkDefined(_ kind: String, _ what: String, _ reference: String, _ path: [String], _ mark: Mark) {
    let defined = project[kind]?.mapping
    guard defined?[reference] == nil else { return }
    fail(
      "there is no \(what) `\(reference)`", path, mark,
      hint: nearest(reference, defined) ?? "define it below the top-level `\(kind):`")
  }

  func checkNetworks() {
    let networks = service["networks"]?.mapping ?? Mapping()
    if let mode = service["network_mode"], !networks.isEmpty {
      fail("`network_mode` and `networks` exclude each other", ["network_mode"], mode.mark, hint: "keep one of them")
    }
    for entry in networks.entries {
      checkDefined("networks", "network", entry.key, ["networks"], entry.mark)
    }
    if let mode = service["network_mode"], let text = mode.string, text.hasPrefix("service:") {
      let other = String(text.dropFirst(8))
      if services[other] == nil {
        fail("there is no service `\(other)`", ["network_mode"], mode.mark, hint: nearest(other, services))
      }
    }
  }

  func checkDependencies() {
    for entry in service["depends_on"]?.mapping?.entries ?? [] where services[entry.key] == nil {
      let isRequired = entry.value["required"]?.bool ?? true
      if let other = disabled[entry.key] {
        guard isRequired else { continue }
        let profiles = ServiceSelection.profiles(of: other).joined(separator: ", ")
        fail(
          "service `\(entry.key)` is not enabled", ["depends_on"], entry.mark,
          hint: "enable it with --profile (\(profiles)), or write `required: false`")
      } else {
        fail("there is no service `\(entry.key)`", ["depends_on"], entry.mark, hint: nearest(entry.key, services))
      }
    }
  }

  func checkResources() {
    for (index, volume) in (service["volumes"]?.sequence ?? []).enumerated() {
      guard volume["type"]?.string == "volume", let source = volume["source"], let name = source.string else {
        continue
      }
      if project["volumes"]?[name] == nil {
        report.fail(
          "there is no volume `\(name)`", at: NodePath(keys: "services", self.name, "volumes").appending(index),
          source.mark,
          hint: nearest(name, project["volumes"]?.mapping)
            ?? "define it below the top-level `volumes:`, or write `./\(name)` for a directory")
      }
    }
    checkReferences("secrets", "secret", service["secrets"], ["secrets"])
    checkReferences("secrets", "secret", service["build"]?["secrets"], ["build", "secrets"])
    checkReferences("configs", "config", service["configs"], ["configs"])
    for entry in service["models"]?.mapping?.entries ?? [] {
      checkDefined("models", "model", entry.key, ["models"], entry.mark)
    }
  }

  private func checkReferences(_ kind: String, _ what: String, _ references: Node?, _ path: [String]) {
    for reference in references?.sequence ?? [] {
      let source = reference["source"]
      checkDefined(kind, what, source?.string ?? "", path, source?.mark ?? reference.mark)
    }
  }
}
