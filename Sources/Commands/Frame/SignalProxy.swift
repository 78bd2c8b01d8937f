import Engine
import Glibc
import Linux
import Synchronization

/// Passes the signals that this process gets on to a container's program.
final class SignalProxy: Sendable {
  private static let signals: SignalSet = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2]

  private let stop: Cancellation
  private let thread: Thread<Void>

  init(_ engine: Engine, _ container: String) throws {
    let stop = try Cancellation()
    Self.signals.block()
    let arrivals = try SignalDescriptor(Self.signals)
    self.stop = stop
    thread = try Thread.spawn {
      while poll([stop.descriptor, arrivals.descriptor]) == 1 {
        while let arrival = arrivals.next() { try? engine.kill(container, signal: String(arrival.signal)) }
      }
    }
  }

  func end() {
    stop.cancel()
    _ = try? thread.join()
    Self.signals.unblock()
  }
}
