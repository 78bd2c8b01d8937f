import Planning
import Presentation

/// What `up` says of a plan before it carries it out: which things that exist are changed, and why. That the rest is
/// created is shown by the progress.
enum Announcement {
  ///     shop-web-1 is recreated
  ///       services.web.environment.LOG_LEVEL: "info" → "debug"
  static func text(of plan: Plan, style: Style, prefix: String = "") -> String {
    plan.effects.compactMap { effect in
      let (verb, ink): (String, Style.Ink)
      switch effect.kind {
      case .recreate: (verb, ink) = ("recreated", .yellow)
      case .update: (verb, ink) = ("updated", .cyan)
      case .remove: (verb, ink) = ("removed", .red)
      default: return nil
      }
      let reasons = effect.reasons.map { "   \(style.paint($0.description, .dim))\n" }.joined()
      return "\(prefix) \(style.paint("\(effect.object) is \(verb)", ink))\n\(reasons)"
    }.joined()
  }
}
