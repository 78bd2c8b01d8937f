import Diagnostics
import Linux
import Planning
import Presentation
import Reconciling

/// Tells what `reconcile` does, a line for each thing.
struct ReconcileJournal {
  var isJSON: Bool
  var project: String

  func note(_ event: ReconcileLoop.Event) {
    switch event {
    case .reloaded: write("reloaded", nil, "the project's files have changed")
    case .mended(let damage):
      write("repaired", "\(damage.isContainer ? "container" : "network") \(damage.name)", damage.reason)
    case .held(let services, let nanoseconds):
      for service in services.sorted() {
        write(
          "held", "service \(service)", "keeps failing; left alone for \((nanoseconds + 999_999_999) / 1_000_000_000)s")
      }
    case .failed(let failure): write("failed", nil, failure.description)
    case .applied(let report):
      for effect in report.plan.effects {
        let reasons = effect.reasons.map(\.description).joined(separator: ", ")
        write(effect.kind.rawValue, "\(effect.object)", reasons)
      }
      for (change, failure) in report.failed { write("failed", "\(change.object)", failure.description) }
      if report.rollback != nil { write("rolled_back", nil, "the roll-out failed; what ran before is back") }
    }
  }

  private func write(_ event: String, _ object: String?, _ text: String) {
    let time = Timestamp.now().description
    guard isJSON else {
      let subject = object.map { "\($0): " } ?? ""
      return Output.standard.print("\(time) \(project) \(event) \(subject)\(text)")
    }
    var members: [JSONValue.Member] = [
      .init("time", .string(time)), .init("project", .string(project)), .init("event", .string(event)),
    ]
    if let object { members.append(.init("object", .string(object))) }
    members.append(.init("text", .string(text)))
    Output.standard.print(JSONValue.object(members).compact)
  }
}
