import Spec
import YAML

extension Attributes {
  /// `update_config` or `rollback_config`.
  mutating func rollout(_ key: String) -> RolloutPolicy? {
    guard var attributes = object(key) else { return nil }
    var policy = RolloutPolicy()
    if let parallelism = attributes.integer("parallelism") { policy.parallelism = Int(parallelism) }
    policy.delay = attributes.duration("delay") ?? 0
    policy.monitor = attributes.duration("monitor") ?? 0
    if let text = attributes.string("failure_action") {
      if let action = RolloutPolicy.FailureAction(rawValue: text), action != .rollback || key == "update_config" {
        policy.failureAction = action
      } else {
        attributes.refuse(
          "failure_action", "\"\(text)\" is no failure action",
          hint: key == "update_config" ? "use pause, continue or rollback" : "use pause or continue")
      }
    }
    if let ratio = attributes.number("max_failure_ratio") {
      policy.maxFailureRatio = ratio
      if !(0...1).contains(ratio) { attributes.refuse("max_failure_ratio", "must lie between 0 and 1") }
    }
    if let text = attributes.string("order") {
      if let order = RolloutPolicy.Order(rawValue: text) {
        policy.order = order
      } else {
        attributes.refuse("order", "\"\(text)\" is no order", hint: "use start-first or stop-first")
      }
    }
    attributes.finish()
    return policy
  }

  /// `x-davit: {on_unhealthy: restart}`
  mutating func onUnhealthy() -> OnUnhealthy {
    guard var attributes = object("x-davit") else { return .none }
    var policy = OnUnhealthy.none
    if let text = attributes.string("on_unhealthy") {
      if let known = OnUnhealthy(rawValue: text) {
        policy = known
      } else {
        attributes.refuse("on_unhealthy", "\"\(text)\" is no policy", hint: "use restart or none")
      }
    }
    attributes.finish()
    return policy
  }
}
