import CLinux
import Glibc
import Synchronization

/// Runs jobs on at most so many threads. Threads are started as they are needed and end when the queue is empty.
public final class WorkerPool: Sendable {
  private struct State {
    var queue: [@Sendable () -> Void] = []
    var head = 0
    var running = 0
  }

  public let limit: Int
  private let state = Mutex(State())
  private let idle = Signal()

  /// - Parameter limit: the number of threads, at least 1.
  public init(limit: Int) { self.limit = max(limit, 1) }

  /// Queues a job. Where no thread can be started at all, the caller's runs it.
  public func submit(_ job: @escaping @Sendable () -> Void) {
    let startThread = state.withLock { state in
      state.queue.append(job)
      guard state.running < limit else { return false }
      state.running += 1
      return true
    }
    guard startThread else { return }
    do { _ = try Thread.spawn { self.work() } } catch { work() }
  }

  /// Waits until every job has ended.
  public func wait() {
    idle.wait { self.state.withLock { $0.running == 0 } }
  }

  private func work() {
    while true {
      let job: (@Sendable () -> Void)? = state.withLock { state in
        if state.head < state.queue.count {
          state.head += 1
          return state.queue[state.head - 1]
        }
        state.queue.removeAll()
        state.head = 0
        state.running -= 1
        return nil
      }
      guard let job else { break }
      job()
    }
    idle.notifyAll()
  }

  /// Applies `body` to each element on at most `limit` threads; the results in the elements' order.
  public static func map<Element: Sendable, Value: Sendable>(
    _ elements: [Element], limit: Int, _ body: @escaping @Sendable (Element) throws -> Value
  ) -> [Result<Value, any Error>] {
    if elements.count < 2 || limit < 2 { return elements.map { element in Result { try body(element) } } }
    let results = Results<Value>(count: elements.count)
    let pool = WorkerPool(limit: min(limit, elements.count))
    for (index, element) in elements.enumerated() {
      pool.submit {
        let result = Result { try body(element) }
        results.all.withLock { $0[index] = result }
      }
    }
    pool.wait()
    return results.all.withLock { $0.map { $0! } }
  }
}

private final class Results<Value: Sendable>: Sendable {
  let all: Mutex<[Result<Value, any Error>?]>

  init(count: Int) { all = Mutex([Result<Value, any Error>?](repeating: nil, count: count)) }
}
