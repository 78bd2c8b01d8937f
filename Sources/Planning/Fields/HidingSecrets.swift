import Spec

extension ContainerSpec {
  /// The definition as it may be shown: `(hidden)` in place of values that are probably secrets.
  public var hidingSecrets: ContainerSpec {
    var spec = self
    spec.environment = shown(environment)
    spec.labels = shown(labels)
    spec.entrypoint = entrypoint.map(shown)
    spec.command = command.map(shown)
    spec.healthcheck?.test = shown(healthcheck?.test ?? [])
    spec.logging.options = shown(logging.options)
    for index in (preStart ?? []).indices {
      spec.preStart![index].command = preStart![index].command.map(shown)
      spec.preStart![index].environment = shown(preStart![index].environment)
    }
    spec.postStart = postStart?.map(shown)
    spec.preStop = preStop?.map(shown)
    return spec
  }

  private func shown(_ hook: HookSpec) -> HookSpec {
    var hook = hook
    hook.command = shown(hook.command)
    hook.environment = shown(hook.environment)
    return hook
  }

  private func shown(_ variables: [String: String]) -> [String: String] {
    Dictionary(variables.map { ($0.key, shown($0.value, named: $0.key)) }, uniquingKeysWith: { $1 })
  }

  private func shown(_ value: String, named name: String) -> String {
    if case .string(let text) = Concealment.conceal(.string(value), named: name) { text } else { "(hidden)" }
  }

  private func shown(_ values: [String]) -> [String] {
    guard case .list(let shown) = Concealment.conceal(.list(values.map { .string($0) })) else { return values }
    return shown.map { if case .string(let text) = $0 { text } else { "(hidden)" } }
  }
}
