/// Progress on a terminal: one line per object, redrawn in place.
///
///     [+] up 2/3
///      ✔ Network shop_default     Created    0.1s
///      ✔ Container shop-db-1      Healthy    1.2s
///      ⠙ Container shop-web-1     Starting   0.3s
public struct ProgressBoard: Sendable {
  public var title: String
  public var style: Style
  private var tasks: [Task] = []
  /// How many lines of the last frame stand on the screen.
  private var drawn = 0

  private struct Task {
    var event: ProgressStep
    var began: Double
    var ended: Double?
  }

  public init(title: String, style: Style) {
    self.title = title
    self.style = style
  }

  /// - Parameter now: seconds of any clock that only goes forward.
  public mutating func apply(_ event: ProgressStep, now: Double) {
    let ended = event.phase == .working ? nil : now
    guard let index = tasks.firstIndex(where: { $0.event.id == event.id }) else {
      tasks.append(Task(event: event, began: now, ended: ended))
      return
    }
    // Work on the same object that begins again counts from its new beginning.
    if tasks[index].ended != nil, ended == nil { tasks[index].began = now }
    tasks[index].event = event
    tasks[index].ended = ended
  }

  /// What to write to the terminal to replace the last frame by the present one.
  ///
  /// A frame never has more lines than the terminal, because the cursor cannot go back above the screen: finished
  /// objects give way first.
  public mutating func frame(columns: Int, rows: Int, now: Double) -> String {
    guard !tasks.isEmpty else { return "" }
    let done = tasks.count { $0.event.phase == .done || $0.event.phase == .warning }
    let hasFailed = tasks.contains { $0.event.phase == .failed }
    let head = style.paint(
      "[+] \(title) \(done)/\(tasks.count)", hasFailed ? .red : done == tasks.count ? .blue : .cyan)
    let lines = [head] + shown(limit: max(1, rows - 2)).map { line($0, columns: columns, now: now) }
    var text = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
    for line in lines { text += "\r\u{1B}[2K\(line)\n" }
    // The last frame was longer: what is left of it goes.
    if drawn > lines.count { text += "\u{1B}[J" }
    drawn = lines.count
    return text
  }

  /// Takes the last frame off the screen, so that other text can be written; the next frame starts anew.
  public mutating func clear() -> String {
    defer { drawn = 0 }
    return drawn > 0 ? "\u{1B}[\(drawn)A\r\u{1B}[J" : ""
  }

  public var isEmpty: Bool { tasks.isEmpty }

  private func shown(limit: Int) -> [Task] {
    if tasks.count <= limit { return tasks }
    let important = tasks.enumerated().sorted { a, b in
      let (first, second) = (a.element.ended == nil, b.element.ended == nil)
      return first != second ? first : (a.element.ended ?? 0, a.offset) > (b.element.ended ?? 0, b.offset)
    }
    return important.prefix(limit).sorted { $0.offset < $1.offset }.map(\.element)
  }

  private func line(_ task: Task, columns: Int, now: Double) -> String {
    let event = task.event
    let names = tasks.map { DisplayWidth.of($0.event.id) }.max() ?? 0
    let texts = tasks.map { DisplayWidth.of($0.event.text) }.max() ?? 0
    let seconds = (task.ended ?? now) - task.began
    let (sign, ink) = mark(task, now: now)
    // One column for each of the blanks, the sign, and what separates the parts.
    let idWidth = max(8, min(names, columns - texts - 16))
    let id = pad(Ellipsis.cut(event.id, to: idWidth), to: idWidth)
    let time = HumanTime.elapsed(seconds: seconds)
    let room = columns - 3 - idWidth - 2 - 3 - time.count
    let words = event.detail.isEmpty ? event.text : "\(event.text) \(event.detail)"
    let text = pad(Ellipsis.cut(words, to: max(4, room)), to: min(texts, max(4, room)))
    return " \(style.paint(sign, ink)) \(id)  \(style.paint(text, ink))   \(style.paint(time, .blue))"
  }

  private func mark(_ task: Task, now: Double) -> (String, Style.Ink) {
    switch task.event.phase {
    case .done: return ("✔", .green)
    case .failed: return ("✘", .red)
    case .warning: return ("!", .yellow)
    case .working:
      let spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
      return (spinner[Int(max(0, now - task.began) * 10) % spinner.count], .cyan)
    }
  }

  private func pad(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
  }
}
