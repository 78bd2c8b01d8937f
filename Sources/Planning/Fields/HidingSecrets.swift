import Spec

extension ContainerSpec {
  /// The definition as it may be shown: `(hidden)` in place of values that are probably secrets.
  public var hidingSecrets: ContainerSpec {
    var spec = self
    for (name, value) in environment { spec.environment[name] = shown(value, named: name) }
    for (name, value) in labels { spec.labels[name] = shown(value, named: name) }
    spec.entrypoint = entrypoint.map(shown)
    spec.command = command.map(shown)
    spec.healthcheck?.test = shown(healthcheck?.test ?? [])
    for (name, value) in logging.options { spec.logging.options[name] = shown(value, named: name) }
    return spec
  }

  private func shown(_ value: String, named name: String) -> String {
    if case .string(let text) = Concealment.conceal(.string(value), named: name) { text } else { "(hidden)" }
  }

  private func shown(_ values: [String]) -> [String] {
    guard case .list(let shown) = Concealment.conceal(.list(values.map { .string($0) })) else { return values }
    return shown.map { if case .string(let text) = $0 { text } else { "(hidden)" } }
  }
}
