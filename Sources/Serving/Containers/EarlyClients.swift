import Engine
import Linux
import Synchronization

/// Clients that attached to containers before those run, as `docker run` does.
final class EarlyClients: Sendable {
  private let waiting = Mutex<[String: [Waiting]]>([:])

  final class Waiting: Sendable {
    enum Outcome: Sendable {
      /// The container was started with this client.
      case connected
      /// It runs, and this client may attach.
      case started
      case failed
    }

    let client: EarlyClient
    private let outcome = Mutex<Outcome?>(nil)
    private let settled: Cancellation

    init(_ client: EarlyClient) throws {
      self.client = client
      settled = try Cancellation()
    }

    func settle(_ outcome: Outcome) {
      self.outcome.withLock { $0 = outcome }
      settled.cancel()
    }

    /// - Returns: `nil` where the client went, or nothing happened within `limit` nanoseconds.
    func wait(limit: Int64, _ cancellation: Cancellation) -> Outcome? {
      _ = poll([settled.descriptor, cancellation.descriptor], timeout: limit)
      return outcome.withLock { $0 }
    }
  }

  func add(_ client: EarlyClient, for id: String) throws -> Waiting {
    let new = try Waiting(client)
    waiting.withLock { $0[id, default: []].append(new) }
    return new
  }

  /// Those that wait for a container, in order; they are the caller's from now on.
  func take(_ id: String) -> [Waiting] { waiting.withLock { $0.removeValue(forKey: id) ?? [] } }

  /// - Returns: whether it was still waiting.
  func withdraw(_ client: Waiting, from id: String) -> Bool {
    waiting.withLock { waiting in
      guard let place = waiting[id]?.firstIndex(where: { $0 === client }) else { return false }
      waiting[id]!.remove(at: place)
      if waiting[id]!.isEmpty { waiting[id] = nil }
      return true
    }
  }
}

/// The terminals of clients that are attached to containers: who resizes a container means all of them.
final class AttachedTerminals: Sendable {
  private struct State {
    var sizes: [String: WindowSize] = [:]
    var attached: [String: [RemoteTerminal]] = [:]
  }

  private let state = Mutex(State())

  func add(_ terminal: RemoteTerminal, to id: String) {
    let size = state.withLock { state in
      state.attached[id, default: []].append(terminal)
      return state.sizes[id]
    }
    if let size { terminal.resize(size) }
  }

  func remove(_ terminal: RemoteTerminal, from id: String) {
    state.withLock { state in
      state.attached[id]?.removeAll { $0 == terminal }
      if state.attached[id]?.isEmpty ?? true {
        state.attached[id] = nil
        state.sizes[id] = nil
      }
    }
  }

  /// - Returns: whether anybody is attached.
  func resize(_ id: String, _ size: WindowSize) -> Bool {
    let terminals = state.withLock { state in
      if state.attached[id] != nil { state.sizes[id] = size }
      return state.attached[id] ?? []
    }
    for terminal in terminals { terminal.resize(size) }
    return !terminals.isEmpty
  }
}
