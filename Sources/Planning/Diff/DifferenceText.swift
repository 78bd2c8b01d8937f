import FoundationEssentials

extension DesiredDifference {
  /// For a person:
  ///
  ///     ~ service web
  ///         services.web.environment.LOG_LEVEL: "info" → "debug"
  ///     + volume shop_cache
  public func text(colour: Bool = false) -> String {
    if differences.isEmpty { return "No difference between \(from) and \(to).\n" }
    return "\(from) → \(to)\n"
      + differences.map { difference in
        let (sign, ink) =
          switch difference.change {
          case .added: ("+", "32")
          case .removed: ("-", "31")
          case .changed: ("~", "36")
          }
        let head = "  \(sign) \(difference.object)"
        return (colour ? "\u{1B}[\(ink)m\(head)\u{1B}[0m" : head) + "\n"
          + difference.reasons.map { "      \($0)\n" }.joined()
      }.joined()
  }

  public func json() throws -> String { try PlanJSON.render(encoding: self) }
}
