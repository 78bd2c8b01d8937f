import Diagnostics
import Engine
import Linux
import Presentation
import Synchronization

/// Follows the logs of several containers at once, a thread each, and weaves them into one text.
final class LogFollowers: Sendable {
  private struct State {
    var lines: LogLines
    /// Containers that are or were followed, by id.
    var known: Set<String> = []
    var open = 0
    var failures: [any Error] = []
  }

  private let engine: Engine
  private let options: LogOptions
  private let showsTime: Bool
  private let sink: @Sendable ([UInt8], _ isError: Bool) -> Void
  private let state: Mutex<State>
  private let changed = Signal()

  /// - Parameter sink: is given whole lines, one call at a time.
  init(
    _ engine: Engine, _ options: LogOptions, lines: LogLines, showsTime: Bool,
    sink: @escaping @Sendable ([UInt8], _ isError: Bool) -> Void
  ) {
    self.engine = engine
    self.options = options
    self.showsTime = showsTime
    self.sink = sink
    state = Mutex(State(lines: lines))
  }

  /// Begins to follow a container, unless it is followed already.
  /// - Parameter ended: called once its log ends, with the lock not held.
  func follow(_ container: ContainerView, ended: @escaping @Sendable (ContainerView) -> Void = { _ in }) {
    let source: Int? = state.withLock { state in
      guard state.known.insert(container.id).inserted else { return nil }
      state.open += 1
      return state.lines.addSource(named: container.shortName)
    }
    guard let source else { return }
    do {
      _ = try Thread.spawn { [self] in
        copy(container.id, source)
        ended(container)
        close(source)
      }
    } catch { close(source, error) }
  }

  /// Waits until every log that is followed has ended, or `isOver`.
  func wait(until isOver: () -> Bool = { false }) {
    changed.wait { state.withLock { $0.open == 0 } || isOver() }
  }

  /// Makes `wait` look again at its condition.
  func wake() { changed.notifyAll() }

  var isDone: Bool { state.withLock { $0.open == 0 } }

  func failure() -> (any Error)? { state.withLock { $0.failures.first } }

  /// A line about a container: `web-1 exited with code 0`.
  func remark(_ text: String, about container: ContainerView) {
    state.withLock { state in sink(state.lines.remark(text, about: container.shortName), false) }
  }

  private func copy(_ id: String, _ source: Int) {
    do {
      try engine.logs(id, options) { entry in
        let isError = entry.stream == .stderr
        let time = showsTime ? entry.time.fixedWidth : nil
        state.withLock { state in
          let text = state.lines.take(entry.bytes, from: source, isError: isError, time: time)
          if !text.isEmpty { sink(text, isError) }
        }
        return true
      }
    } catch { state.withLock { $0.failures.append(error) } }
  }

  private func close(_ source: Int, _ error: (any Error)? = nil) {
    state.withLock { state in
      let rest = state.lines.finish(source)
      if !rest.isEmpty { sink(rest, false) }
      if let error { state.failures.append(error) }
      state.open -= 1
    }
    changed.notifyAll()
  }
}
