import Linux

/// A sync in the text format of Prometheus (exposition format 0.0.4).
public struct SyncMetrics: Sendable {
  let sync: String
  let state: SyncState

  public init(sync: String, _ state: SyncState) {
    self.sync = sync
    self.state = state
  }

  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  public var text: String {
    let own = "sync=\(Self.quoted(sync))"
    let counters = state.counters
    var lines: [String] = []
    func metric(_ name: String, _ type: String, _ help: String, _ values: [(labels: String, value: String)]) {
      lines.append("# HELP davit_sync_\(name) \(help)")
      lines.append("# TYPE davit_sync_\(name) \(type)")
      for (labels, value) in values { lines.append("davit_sync_\(name){\(labels)} \(value)") }
    }
    func counter(_ name: String, _ help: String, _ value: Int) {
      metric("\(name)_total", "counter", help, [(own, "\(value)")])
    }
    metric(
      "info", "gauge", "What is followed.",
      [("\(own),repository=\(Self.quoted(state.repository)),ref=\(Self.quoted(state.reference))", "1")])
    metric(
      "healthy", "gauge", "1 when every project is as the newest revision says.",
      [(own, state.isHealthy ? "1" : "0")])
    metric(
      "last_fetch_timestamp_seconds", "gauge", "When the repository could be read last.",
      [(own, "\(state.lastFetch?.seconds ?? 0)")])
    counter("fetches", "Looks at the repository.", counters.fetches)
    counter("fetch_failures", "Looks at the repository that failed.", counters.fetchFailures)
    counter("revisions_applied", "Revisions of projects that were applied.", counters.applied)
    counter("revisions_failed", "Revisions of projects that could not be applied.", counters.failed)
    counter("rollbacks", "Returns to the last good revision.", counters.rolledBack)
    counter("drift_corrections", "Times that drift was put right.", counters.driftCorrected)
    counter("webhooks", "Push events that were accepted.", counters.webhooks)
    let projects = state.projects.filter { $0.value.phase != .removed }.sorted { $0.key < $1.key }
    metric(
      "project_synced", "gauge", "1 when the project is as the newest revision says.",
      projects.map { ("\(own),project=\(Self.quoted($0.key))", $0.value.phase == .synced ? "1" : "0") })
    metric(
      "project_info", "gauge", "The revision that runs.",
      projects.map { ("\(own),project=\(Self.quoted($0.key)),commit=\(Self.quoted($0.value.good ?? ""))", "1") })
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ text: String) -> String {
    "\""
      + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
  }
}
