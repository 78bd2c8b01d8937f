import Engine
import Linux
import Synchronization

/// Stops a container that runs for too long.
final class TimeLimit: Sendable {
  private let stop: Cancellation
  private let thread: Thread<Bool>

  /// - Parameter nanoseconds: from now on.
  init(_ engine: Engine, _ container: String, nanoseconds: Int64) throws {
    let stop = try Cancellation()
    self.stop = stop
    thread = try Thread.spawn {
      guard stop.sleep(nanoseconds: nanoseconds) else { return false }
      try engine.stop(container)
      return true
    }
  }

  /// The container has ended.
  /// - Returns: whether that was because its time was over.
  func end() -> Bool {
    stop.cancel()
    return (try? thread.join()) ?? false
  }
}
