import Presentation

extension SyncState {
  /// One row for each project; one without a project where there is none yet.
  public func rows(sync: String, isRunning: Bool) -> [JSONValue] {
    func row(_ name: String, _ project: Project?) -> JSONValue {
      let phase = project.map(\.phase.rawValue) ?? (problem == nil ? "waiting" : "failed")
      let message = problem ?? project?.message ?? ""
      return .object([
        "Sync": .string(sync), "Project": .string(name), "Status": .string(phase),
        "Revision": .string(String((project?.good ?? "").prefix(12))), "Commit": .string(project?.good ?? ""),
        "Tried": .string(project?.tried ?? ""), "Seen": .string(seen ?? ""),
        "Changed": .string(project.map { "\($0.changed)" } ?? ""),
        "LastFetch": .string(lastFetch.map { "\($0)" } ?? ""), "Running": .boolean(isRunning),
        "Repository": .string(repository), "Ref": .string(reference), "Path": .string(path),
        "Generation": project?.generation.map { .integer(Int64($0)) } ?? .null,
        "Message": .string(message),
        "Error": .string(message.split(separator: "\n").first.map(String.init) ?? ""),
      ])
    }
    guard !projects.isEmpty else { return [row("", nil)] }
    return projects.sorted { $0.key < $1.key }.map { row($0.key, $0.value) }
  }
}
