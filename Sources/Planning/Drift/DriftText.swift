extension Drift {
  /// For a person:
  ///
  ///     ! container shop-web-1  exited
  ///         container exited (1) and restart is always
  public func text(colour: Bool = false) -> String {
    if items.isEmpty { return "No drift: project \(project) is as it was applied.\n" }
    return items.map { item in
      let head = "! \(item.object)  \(item.code.rawValue)"
      return (colour ? "\u{1B}[33m\(head)\u{1B}[0m" : head) + "\n" + item.reasons.map { "    \($0)\n" }.joined()
    }.joined() + "\nDrift: \(items.count) \(items.count == 1 ? "thing is" : "things are") not as applied.\n"
  }

  public func json() throws -> String { try PlanJSON.render(encoding: self) }
}
