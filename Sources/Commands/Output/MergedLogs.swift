import Engine
import Linux
import Synchronization

/// What several containers have logged so far, in the order of time: each log is read by a thread a little ahead, and
/// the oldest of the heads comes next.
struct MergedLogs {
  let engine: Engine
  let options: LogOptions

  /// Entries that are read ahead of each container: enough to keep the reader busy, too few to matter.
  static let readAhead = 256

  /// - Parameter body: is given the entries and the number of the container that each comes from.
  func forEach(of ids: [String], _ body: (Int, LogEntry) -> Void) throws {
    if ids.count == 1 {
      return try engine.logs(ids[0], options) { entry in
        body(0, entry)
        return true
      }
    }
    let queues = ids.map { _ in EntryQueue(limit: Self.readAhead) }
    var readers: [Thread<Void>] = []
    for (id, queue) in zip(ids, queues) {
      readers.append(
        try Thread.spawn { [engine, options] in
          defer { queue.close() }
          try engine.logs(id, options) { entry in
            queue.put(entry)
            return true
          }
        })
    }
    var heads = queues.map { $0.take() }
    while let next = heads.indices.filter({ heads[$0] != nil }).min(by: { heads[$0]!.time < heads[$1]!.time }) {
      body(next, heads[next]!)
      heads[next] = queues[next].take()
    }
    for reader in readers { try reader.join() }
  }
}

/// A queue between one thread that puts and one that takes.
private final class EntryQueue: Sendable {
  private struct State {
    var entries: [LogEntry] = []
    var isClosed = false
  }

  private let limit: Int
  private let state = Mutex(State())
  private let changed = Signal()
  /// Touched by the taking thread only.
  private let taken = Mutex<ArraySlice<LogEntry>>([])

  init(limit: Int) { self.limit = limit }

  func put(_ entry: LogEntry) {
    changed.wait { state.withLock { $0.entries.count < limit } }
    let wasEmpty = state.withLock { state in
      state.entries.append(entry)
      return state.entries.count == 1
    }
    if wasEmpty { changed.notifyAll() }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    changed.notifyAll()
  }

  /// Waits for the next entry; `nil` once there are no more.
  func take() -> LogEntry? {
    taken.withLock { taken in
      if taken.isEmpty {
        changed.wait { state.withLock { !$0.entries.isEmpty || $0.isClosed } }
        taken = state.withLock { state in
          defer { state.entries.removeAll(keepingCapacity: true) }
          return state.entries[...]
        }
        changed.notifyAll()
      }
      return taken.popFirst()
    }
  }
}
