/// Progress where no terminal redraws it: one line per event.
public enum ProgressLine {
  /// ` Container shop-web-1  Creating`, as `docker compose` prints it when its output is not a terminal.
  /// - Parameter isRehearsal: nothing of it is done.
  public static func plain(_ event: ProgressStep, isRehearsal: Bool = false) -> String {
    let detail = event.detail.isEmpty ? "" : " \(event.detail)"
    return "\(isRehearsal ? rehearsal : "") \(event.id)  \(event.text)\(detail)\n"
  }

  /// Before each line of a `--dry-run`.
  public static let rehearsal = " DRY-RUN MODE - "

  /// `{"id":"Container shop-web-1","status":"Working","text":"Creating"}`
  public static func json(_ event: ProgressStep, isRehearsal: Bool = false) -> String {
    var members: [JSONValue.Member] = isRehearsal ? [.init("dry-run", .boolean(true))] : []
    members += [
      .init("id", .string(event.id)), .init("status", .string(event.phase.rawValue)),
      .init("text", .string(event.text)),
    ]
    if !event.detail.isEmpty { members.append(.init("details", .string(event.detail))) }
    return JSONValue.object(members).compact + "\n"
  }
}
