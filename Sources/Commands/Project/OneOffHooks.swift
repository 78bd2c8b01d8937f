import Diagnostics
import Engine
import Linux
import Spec

/// `post_start` of a one-off container, run while somebody may be attached to it. What the hooks print is only shown
/// where one fails: the streams are those of the program that was asked for.
final class OneOffHooks: Sendable {
  private let stop: Cancellation
  private let thread: Thread<Void>

  /// - Returns: nil where there are none.
  init?(_ hooks: [HookSpec], in container: String, of engine: Engine) throws {
    guard !hooks.isEmpty else { return nil }
    let stop = try Cancellation()
    self.stop = stop
    thread = try Thread.spawn {
      // Whoever runs a short program may have seen its end before anything could look at it.
      let view = try engine.wait(container, cancellation: stop) { $0.isRunning || $0.finishedAt != nil }
      guard view.isRunning else { return }
      for (index, hook) in hooks.enumerated() {
        try Self.run(hook, "post_start[\(index)]", in: container, engine, stop)
      }
    }
  }

  private static func run(
    _ hook: HookSpec, _ name: String, in container: String, _ engine: Engine, _ stop: Cancellation
  ) throws {
    var text: [UInt8] = []
    let isOver = { (try? engine.container(container).isRunning) != true }
    let status: Int32
    // With the program ends what runs beside it.
    do { status = try engine.run(hook, in: container, cancellation: stop) { text += $0 } } catch  where isOver() {
      return
    }
    guard status != 0, !isOver() else { return }
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").suffix(10)
    throw Failure(
      .conflict, "\(name) exited with status \(status)", subject: "container \(try engine.container(container).name)",
      hint: lines.isEmpty ? nil : "it ended with:" + lines.map { "\n    | \($0)" }.joined())
  }

  /// Waits for the last of them.
  func wait() throws { try thread.join() }

  /// The program did not start.
  func cancel() {
    stop.cancel()
    _ = try? thread.join()
  }
}
