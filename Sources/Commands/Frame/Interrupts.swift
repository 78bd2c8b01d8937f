import Diagnostics
import Glibc
import Linux
import Synchronization

/// Ctrl-C and its like as calls on a thread. A terminal that is closed (SIGHUP) just ends the command and leaves what
/// runs alone. Make it before any other thread is started: those inherit the mask.
final class Interrupts: Sendable {
  static let signals: SignalSet = [SIGINT, SIGTERM]

  private let stop: Cancellation
  private let thread: Mutex<Thread<Void>?> = Mutex(nil)

  /// - Parameter handler: called with 1 for the first signal, 2 for the second, …
  init(_ handler: @escaping @Sendable (Int) -> Void) throws {
    stop = try Cancellation()
    Self.signals.block()
    let arrivals = try SignalDescriptor(Self.signals)
    let stop = stop
    let listener = try Thread.spawn {
      var count = 0
      while poll([stop.descriptor, arrivals.descriptor]) == 1 {
        while arrivals.next() != nil {
          count += 1
          handler(count)
        }
      }
    }
    thread.withLock { $0 = listener }
  }

  /// From now on the signals end the command again.
  func end() {
    stop.cancel()
    _ = try? thread.withLock { $0 }?.join()
    Self.signals.unblock()
  }
}

extension Program {
  /// Ends here and now. What was begun is finished or undone by the next command.
  static func abandon() -> Never { _exit(ExitStatus.interrupted) }
}
