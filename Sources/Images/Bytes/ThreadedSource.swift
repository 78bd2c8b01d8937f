import Linux
import Synchronization

/// Runs a source on a thread of its own, a few pieces ahead, so that inflating and writing files overlap.
final class ThreadedSource: ByteSource {
  private let shared = Exchange()
  private let thread: Thread<Void>
  private var current: Room?

  /// `inner`, and all that it draws from, belongs to the new thread until `stop` or the end of this source.
  init(_ inner: any ByteSource) throws {
    let shared = shared
    let box = Moved(inner)
    thread = try Thread.spawn {
      let source = box.value
      while let room = shared.emptyRoom() {
        do {
          let piece = try source.next()
          room.bytes.copyMemory(from: piece)
          shared.hand(over: room, piece.count)
          if piece.isEmpty { return }
        } catch {
          shared.fail(error)
          return
        }
      }
    }
  }

  func next() throws -> UnsafeRawBufferPointer {
    if let current { shared.giveBack(current) }
    current = nil
    guard let (room, count) = try shared.fullRoom() else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    current = room
    return UnsafeRawBufferPointer(rebasing: room.bytes[..<count])
  }

  /// Ends the thread; what it has not delivered is lost. Afterwards the inner source is the caller's again.
  func stop() {
    shared.cancel()
    try? thread.join()
  }

  deinit { stop() }
}

/// Hands a value that is not Sendable to the one thread that uses it from then on.
private final class Moved<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

/// The rooms on their way between the two threads.
private final class Exchange: Sendable {
  private struct State {
    var empty: [Room]
    var full: [(Room, Int)] = []
    var ended = false
    var cancelled = false
    var error: (any Error)?
  }

  private let state: Mutex<State>
  private let changed = Signal()

  init() { state = Mutex(State(empty: (0..<6).map { _ in Room() })) }

  func emptyRoom() -> Room? {
    var room: Room?
    changed.wait {
      state.withLock { state in
        if state.cancelled { return true }
        room = state.empty.popLast()
        return room != nil
      }
    }
    return room
  }

  func hand(over room: Room, _ count: Int) {
    state.withLock { count == 0 ? $0.ended = true : $0.full.append((room, count)) }
    changed.notifyAll()
  }

  func fail(_ error: any Error) {
    state.withLock { $0.error = error }
    changed.notifyAll()
  }

  func fullRoom() throws -> (Room, Int)? {
    var result: Result<(Room, Int)?, any Error> = .success(nil)
    changed.wait {
      state.withLock { state in
        if !state.full.isEmpty {
          result = .success(state.full.removeFirst())
        } else if let error = state.error {
          result = .failure(error)
        } else if !state.ended {
          return false
        }
        return true
      }
    }
    return try result.get()
  }

  func giveBack(_ room: Room) {
    state.withLock { $0.empty.append(room) }
    changed.notifyAll()
  }

  func cancel() {
    state.withLock { $0.cancelled = true }
    changed.notifyAll()
  }
}
