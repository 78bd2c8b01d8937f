import Linux
import Planning
import Presentation
import Reconciling
import Synchronization

/// Shows progress while work is done, and lets other output through without tearing it.
final class Reporter: Sendable {
  let output: Output
  let mode: ProgressMode
  /// Nothing of what is told is done. Such lines are not redrawn: there is nothing to wait for.
  let isRehearsal: Bool
  private let board: Mutex<ProgressBoard>
  private let hasEnded = Mutex(false)
  private let ended = Signal()
  private let drawing: Mutex<Thread<Void>?> = Mutex(nil)

  /// - Parameter title: the verb at work, for the head of the board.
  init(_ mode: ProgressMode, title: String, output: Output, style: Style, isRehearsal: Bool = false) {
    let mode = mode.resolved(isTerminal: output.isTerminal)
    self.mode = isRehearsal && mode == .tty ? .plain : mode
    self.isRehearsal = isRehearsal
    self.output = output
    board = Mutex(ProgressBoard(title: title, style: style))
  }

  func step(_ step: ProgressStep) {
    switch mode {
    case .quiet: break
    case .json: output.write(ProgressLine.json(step, isRehearsal: isRehearsal))
    case .plain, .auto: output.write(ProgressLine.plain(step, isRehearsal: isRehearsal))
    case .tty:
      board.withLock { $0.apply(step, now: Self.now) }
      startDrawing()
    }
  }

  /// Writes something else; the board makes room where both are on the terminal.
  func write(_ bytes: [UInt8], to other: Output) {
    guard mode == .tty, other.isTerminal else { return other.write(bytes) }
    let size = output.size
    board.withLock { board in
      let isDrawn = hasEnded.withLock { !$0 }
      if isDrawn { output.write(board.clear()) }
      other.write(bytes)
      if isDrawn { output.write(board.frame(columns: size.columns, rows: size.rows, now: Self.now)) }
    }
  }

  /// The last frame stays on the screen.
  func finish() {
    hasEnded.withLock { $0 = true }
    ended.notifyAll()
    let thread = drawing.withLock { thread in
      defer { thread = nil }
      return thread
    }
    guard let thread else { return }
    _ = try? thread.join()
    draw()
  }

  private func startDrawing() {
    drawing.withLock { thread in
      guard thread == nil else { return }
      thread = try? Thread.spawn { [self] in
        while true {
          draw()
          let deadline = Monotonic.now + 100_000_000
          if ended.wait(until: deadline, { hasEnded.withLock { $0 } }) { return }
        }
      }
    }
  }

  private func draw() {
    let size = output.size
    board.withLock { output.write($0.frame(columns: size.columns, rows: size.rows, now: Self.now)) }
  }

  private static var now: Double { Double(Monotonic.now) / 1e9 }
}

extension ProgressStep {
  /// `nil`: no line. A restart is told as one thing, `Restarting` and `Started`.
  init?(_ event: ProgressEvent, of operation: Plan.Operation) {
    var event = event
    if operation == .restart {
      switch event.status {
      case .stopping: event.status = .restarting
      case .stopped, .starting: return nil
      default: break
      }
    }
    self.init(event)
  }

  /// ` Container shop-web-1  Creating`
  init(_ event: ProgressEvent) {
    let kind = event.object.kind.rawValue
    let phase: Phase =
      switch event.status {
      case .failed: .failed
      case .warning, .skipped: .warning
      default: event.status.isFinal ? .done : .working
      }
    self.init(
      "\(kind.prefix(1).uppercased())\(kind.dropFirst()) \(event.object.name)", event.status.rawValue, phase,
      // Why something failed is told in full at the end.
      detail: phase == .failed ? "" : event.detail)
  }
}
