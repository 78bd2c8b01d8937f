import Diagnostics
import Engine
import Linux
import Presentation
import Synchronization

/// Follows the logs of several containers at once, a thread each, and weaves them into one text.
final class LogFollowers: Sendable {
  private struct State {
    var lines: LogLines
    /// Each container's number in the text, by id.
    var sources: [String: Int] = [:]
    /// What is no container, by its name.
    var voices: [String: Int] = [:]
    /// Those that are followed now.
    var open: Set<String> = []
    /// Up to where each container's log has been told. Not when its end was noticed: it may be back by then and have
    /// written more.
    var told: [String: Timestamp] = [:]
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

  /// Begins to follow a container, unless it is followed already. One that was followed before goes on where that
  /// ended.
  /// - Parameter silently: its end is waited for, and its log not shown.
  /// - Parameter ended: called once its log ends, with the lock not held.
  /// - Returns: whether it was not followed already.
  @discardableResult
  func follow(
    _ container: ContainerView, silently: Bool = false, ended: @escaping @Sendable (ContainerView) -> Void = { _ in }
  ) -> Bool {
    let id = container.id
    let start: (source: Int, since: Timestamp?)? = state.withLock { state in
      // What ended before has been told.
      guard container.isRunning || state.sources[id] == nil, state.open.insert(id).inserted else { return nil }
      let source = state.sources[id] ?? (silently ? -1 : state.lines.addSource(named: container.shortName))
      state.sources[id] = source
      let isFirst = state.told[id] == nil
      // What `tail` left out is not to be told later.
      if isFirst, options.tail != nil { state.told[id] = .now() }
      return (source, isFirst ? nil : state.told[id])
    }
    guard let start else { return false }
    do {
      _ = try Thread.spawn { [self] in
        if silently { _ = try? engine.wait(id) } else { copy(id, start.source, since: start.since) }
        ended(container)
        close(id, start.source)
      }
    } catch { close(id, start.source, error) }
    return true
  }

  /// Waits until every log that is followed has ended, or `isOver`.
  /// - Parameter grace: nanoseconds in which a container that ended may be back, as it is when it is restarted.
  /// - Parameter rescan: called every second, and before it is over, to follow what was started meanwhile.
  func wait(grace: Int64 = 0, until isOver: () -> Bool = { false }, rescan: () -> Void = {}) {
    let isDone = { self.state.withLock { $0.open.isEmpty } }
    while true {
      if changed.wait(until: Monotonic.now + 1_000_000_000, { isDone() || isOver() }) {
        if isOver() { return }
        if grace > 0 { Monotonic.sleep(nanoseconds: grace) }
        rescan()
        if isDone() { return }
      } else {
        rescan()
      }
    }
  }

  /// Makes `wait` look again at its condition.
  func wake() { changed.notifyAll() }

  func failure() -> (any Error)? { state.withLock { $0.failures.first } }

  /// A line about a container: `web-1 exited with code 0`.
  func remark(_ text: String, about container: ContainerView) {
    state.withLock { state in sink(state.lines.remark(text, about: container.shortName), false) }
  }

  /// A line of something that belongs to a container and has no log: a hook.
  func say(_ text: String, as name: String) {
    state.withLock { state in
      let source = state.voices[name] ?? state.lines.addSource(named: name)
      state.voices[name] = source
      sink(state.lines.take(Array("\(text)\n".utf8), from: source, isError: false, time: nil), false)
    }
  }

  private func copy(_ id: String, _ source: Int, since: Timestamp?) {
    var options = options
    if let since {
      options.since = since
      options.tail = nil
    }
    do {
      try engine.logs(id, options) { entry in
        let isError = entry.stream == .stderr
        let time = showsTime ? entry.time.fixedWidth : nil
        state.withLock { state in
          state.told[id] = Timestamp(nanoseconds: entry.time.nanoseconds + 1)
          let text = state.lines.take(entry.bytes, from: source, isError: isError, time: time)
          if !text.isEmpty { sink(text, isError) }
        }
        return true
      }
    } catch { state.withLock { $0.failures.append(error) } }
  }

  private func close(_ id: String, _ source: Int, _ error: (any Error)? = nil) {
    state.withLock { state in
      let rest = source < 0 ? [] : state.lines.finish(source)
      if !rest.isEmpty { sink(rest, false) }
      if let error { state.failures.append(error) }
      state.open.remove(id)
    }
    changed.notifyAll()
  }
}
