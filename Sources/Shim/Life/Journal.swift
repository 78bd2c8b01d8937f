import Launch
import Linux

/// What happens to the container, noted where `davit events` reads it.
struct Journal {
  private let launch: EventsLaunch
  private let log: SharedLog

  init(_ launch: EventsLaunch) {
    self.launch = launch
    log = SharedLog(path: launch.journal)
  }

  /// A full disk must not end a container.
  func note(_ action: String, _ further: [(name: String, value: String)] = []) {
    write(type: "container", action: action, actor: launch.actor, further)
  }

  /// The container came to its end.
  func close() {
    for entry in launch.farewell { write(type: entry.type, action: entry.action, actor: entry.actor, []) }
  }

  private func write(type: String, action: String, actor: [UInt8], _ further: [(name: String, value: String)]) {
    if launch.journal.isEmpty { return }
    try? log.append(
      EventText.line(type: type, action: action, actor: actor, further: further, time: Timestamp.now().nanoseconds))
  }
}
