/// Progress where no terminal redraws it: one line per event.
public enum ProgressLine {
  /// ` Container shop-web-1  Creating`, as `docker compose` prints it when its output is not a terminal.
  public static func plain(_ event: ProgressStep) -> String {
    let detail = event.detail.isEmpty ? "" : " \(event.detail)"
    return " \(event.id)  \(event.text)\(detail)\n"
  }

  /// `{"id":"Container shop-web-1","status":"Working","text":"Creating"}`
  public static func json(_ event: ProgressStep) -> String {
    var members: [JSONValue.Member] = [
      .init("id", .string(event.id)), .init("status", .string(event.phase.rawValue)),
      .init("text", .string(event.text)),
    ]
    if !event.detail.isEmpty { members.append(.init("details", .string(event.detail))) }
    return JSONValue.object(members).compact + "\n"
  }
}
