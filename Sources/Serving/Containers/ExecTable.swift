import Diagnostics
import Engine
import Linux
import Synchronization

/// A program that was asked for by `POST /containers/{id}/exec`.
final class ExecInstance: Sendable {
  struct State: Sendable {
    var isStarted = false
    var isRunning = false
    var exitCode: Int32?
    var pid: Int32 = 0
    /// Of `Monotonic.now`.
    var ended: Int64?
  }

  let id: String
  let container: String
  let request: ExecRequest
  let attaches: (input: Bool, output: Bool, error: Bool)
  let terminal: RemoteTerminal
  let state = Mutex(State())

  init(
    _ id: String, _ container: String, _ request: ExecRequest, attaches: (input: Bool, output: Bool, error: Bool),
    size: WindowSize?
  ) throws {
    self.id = id
    self.container = container
    self.request = request
    self.attaches = attaches
    terminal = try RemoteTerminal(size: size)
  }

  func hasStarted(_ pid: Int32) {
    state.withLock { state in
      state.isRunning = true
      state.pid = pid
    }
  }

  func hasEnded(_ code: Int32) {
    state.withLock { state in
      state.isRunning = false
      state.exitCode = code
      state.ended = Monotonic.now
    }
  }
}

/// The programs of this server's life. What has ended is remembered for as long as anybody may ask how.
final class ExecTable: Sendable {
  private let instances = Mutex<[String: ExecInstance]>([:])
  private static let memory: Int64 = 300_000_000_000
  private static let limit = 4096

  func add(_ instance: ExecInstance) {
    instances.withLock { instances in
      let now = Monotonic.now
      if instances.count >= 64 {
        instances = instances.filter { _, known in
          known.state.withLock { $0.ended.map { now - $0 < Self.memory } ?? true }
        }
      }
      // Asked for and never started: whoever does that for ever is not remembered for ever.
      if instances.count >= Self.limit {
        instances = instances.filter { $0.value.state.withLock { $0.isRunning } }
      }
      instances[instance.id] = instance
    }
  }

  func find(_ id: String) throws -> ExecInstance {
    try instances.withLock { instances in
      if let exact = instances[id] { return exact }
      let found = instances.keys.filter { $0.hasPrefix(id) }
      guard found.count == 1, !id.isEmpty else { throw Failure.noExec(id) }
      return instances[found[0]]!
    }
  }

  /// Ids of those that run in a container.
  func running(in container: String) -> [String] {
    instances.withLock { instances in
      instances.values.filter { $0.container == container && $0.state.withLock { !$0.isStarted || $0.isRunning } }
        .map(\.id).sorted()
    }
  }
}

extension Failure {
  fileprivate static func noExec(_ id: String) -> Failure { Failure(.notFound, "No such exec instance: \(id)") }
}
