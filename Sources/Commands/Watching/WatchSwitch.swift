import Diagnostics
import Linux
import Synchronization

/// Watching that goes on beside other things and can be switched on and off.
final class WatchSwitch: Sendable {
  private struct Running {
    var cancellation: Cancellation
    var thread: Thread<Void>
  }

  private let session: WatchSession
  private let running = Mutex<Running?>(nil)

  init(_ session: WatchSession) { self.session = session }

  var isOn: Bool { running.withLock { $0 != nil } }

  func start() throws {
    let session = session
    try running.withLock { running in
      guard running == nil else { return }
      let cancellation = try Cancellation()
      let thread = try Thread.spawn {
        do { try session.run(cancellation) } catch { session.say("\(Failure(error))") }
      }
      running = Running(cancellation: cancellation, thread: thread)
    }
  }

  /// Returns once what was begun is done.
  func stop() {
    let former = running.withLock { running in
      defer { running = nil }
      return running
    }
    former?.cancellation.cancel()
    _ = try? former?.thread.join()
  }
}
