/// Renders a plan for a person.
///
///     + create    network    shop_default
///     -/+ recreate  container  shop-web-1
///           services.web.environment.LOG_LEVEL: "info" → "debug"
///
///     Plan: 1 to create, 1 to recreate, 0 to remove.
public struct PlanText: Sendable {
  /// With terminal colours (ECMA-48).
  public var colour: Bool

  public init(colour: Bool = false) { self.colour = colour }

  public func render(_ plan: Plan) -> String {
    var lines: [String] = []
    let effects = plan.effects
    let kindWidth = effects.map { $0.kind.rawValue.count }.max() ?? 0
    let objectWidth = effects.map { $0.object.kind.rawValue.count }.max() ?? 0
    for effect in effects {
      let style = Style(of: effect.kind)
      let head =
        pad(left: style.sign, 3) + " " + pad(effect.kind.rawValue, kindWidth) + "  "
        + pad(effect.object.kind.rawValue, objectWidth) + "  " + effect.object.name
      lines.append(paint(head, style.colour))
      lines += effect.reasons.map { "        \($0)" }
      lines += effect.hooks.map { paint("        runs \($0)", "2") }
      lines += effect.waits.map { paint("        \(sentence($0))", "2") }
    }
    for change in plan.changes where !isShown(change, in: effects) {
      if case .wait(let wait) = change.action { lines.append(paint("    waits \(condition(wait))", "2")) }
    }
    lines += plan.rollouts.map { paint("    roll-out of \(rollout($0))", "2") }
    if !lines.isEmpty { lines.append("") }
    lines += plan.warnings.map { paint("warning: \($0)", "33") }
    lines.append(summary(plan))
    return lines.map { $0 + "\n" }.joined()
  }

  /// `Plan: 3 to create, 1 to recreate, 0 to remove.`
  public func summary(_ plan: Plan) -> String {
    if plan.isEmpty { return "Nothing to do: project \(plan.project) is as it should be." }
    let counts = plan.counts
    var parts = [
      "\(counts[.create] ?? 0) to create", "\(counts[.recreate] ?? 0) to recreate", "\(counts[.remove] ?? 0) to remove",
    ]
    for kind in [Effect.Kind.update, .start, .stop, .restart, .unpause] {
      if let count = counts[kind] { parts.append("\(count) to \(kind.rawValue)") }
    }
    return "Plan: \(parts.joined(separator: ", "))."
  }

  /// `web: start-first, 1 of 3 at a time, each watched for 10s; rollback where one fails`
  private func rollout(_ check: RolloutCheck) -> String {
    let policy = check.policy
    let size = policy.parallelism > 0 ? min(policy.parallelism, check.total) : check.total
    var parts = [policy.order.rawValue, "\(size) of \(check.total) at a time"]
    if policy.delay > 0 { parts.append("\(seconds(policy.delay)) apart") }
    if policy.monitor > 0 { parts.append("each watched for \(seconds(policy.monitor))") }
    return "\(check.service): \(parts.joined(separator: ", ")); \(policy.failureAction.rawValue) where one fails"
  }

  /// A wait that a start of some object waits for is shown with that object.
  private func isShown(_ change: Change, in effects: [Effect]) -> Bool {
    guard case .wait(let wait) = change.action else { return true }
    return effects.contains { $0.waits.contains(wait) }
  }

  private func seconds(_ nanoseconds: Int64) -> String {
    Units.duration(nanoseconds) ?? "\(Double(nanoseconds) / 1e9)s"
  }

  private func sentence(_ wait: Wait) -> String { "begins when \(state(wait))\(wait.required ? "" : ", if ever")" }

  private func condition(_ wait: Wait) -> String { "until \(state(wait))" }

  private func state(_ wait: Wait) -> String {
    switch wait.condition {
    case .healthy: "\(wait.service) is healthy"
    case .completed: "\(wait.service) has completed successfully"
    case .ready: "\(wait.service) is running and healthy"
    case .steady: "\(wait.service) has been running and healthy for \(seconds(wait.duration ?? 0))"
    }
  }

  private struct Style {
    var sign: String
    /// Parameters of "select graphic rendition".
    var colour: String

    init(of kind: Effect.Kind) {
      switch kind {
      case .create: (sign, colour) = ("+", "32")
      case .remove: (sign, colour) = ("-", "31")
      case .recreate: (sign, colour) = ("-/+", "33")
      case .update, .start, .stop, .restart, .unpause: (sign, colour) = ("~", "36")
      }
    }
  }

  private func paint(_ text: String, _ parameters: String) -> String {
    colour ? "\u{1B}[\(parameters)m\(text)\u{1B}[0m" : text
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }

  private func pad(left text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(width - text.count, 0)) + text
  }
}
