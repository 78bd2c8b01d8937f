import Building
import EngineAPI
import Linux
import OCI
import Synchronization

/// One build that a client of BuildKit's asked for: what is told of it, and how it ends.
final class BuildKitBuild: Sendable {
  private struct State {
    /// Messages of `Control/Status`.
    var told: [[UInt8]] = []
    var isOver = false
    /// The client's own part of a build has ended: it says which result it wants, or why there is none.
    var returned: Result<String?, RPCStatus>?
    var results: [String: BuildResult] = [:]
    var sessionID: String?
    var vertices = 0
    /// Bytes that each step printed.
    var logged: [String: Int] = [:]
  }

  /// Of one step, in bytes: a client that asks late is told all of it once more.
  private static let longestLog = 2 << 20

  let ref: String
  let cancellation: Cancellation
  private let state = Mutex(State())
  private let changed = Signal()

  init(_ ref: String) throws {
    self.ref = ref
    cancellation = try Cancellation()
  }

  // MARK: What is told

  /// A step, under a digest of its own.
  struct Vertex: Sendable {
    var digest: String
    var name: String
    var started: Int64
    var inputs: [String] = []
  }

  func begin(_ name: String) -> Vertex {
    let number = state.withLock { state in
      state.vertices += 1
      return state.vertices
    }
    let vertex = Vertex(
      digest: Digest.sha256(of: "\(ref) \(number)".utf8).description, name: name, started: Timestamp.now().nanoseconds)
    tell(vertex)
    return vertex
  }

  /// - Parameter error: empty where it went well.
  func end(_ vertex: Vertex, isCached: Bool = false, error: String = "") {
    tell(vertex, completed: Timestamp.now().nanoseconds, isCached: isCached, error: error)
  }

  /// Work that is told as one step.
  func step<Value>(_ name: String, _ work: (Vertex) throws -> Value) throws -> Value {
    let vertex = begin(name)
    do {
      let value = try work(vertex)
      end(vertex)
      return value
    } catch {
      end(vertex, error: RPCStatus(error).message)
      throw error
    }
  }

  private func tell(_ vertex: Vertex, completed: Int64? = nil, isCached: Bool = false, error: String = "") {
    var message = ProtobufWriter()
    message.add(1, vertex.digest)
    message.add(3, vertex.name)
    message.add(4, isCached)
    message.add(5, time: vertex.started)
    if let completed { message.add(6, time: completed) }
    message.add(7, error)
    tell(1, message)
  }

  func log(_ vertex: Vertex, _ text: String) {
    let (before, after) = state.withLock { state in
      let before = state.logged[vertex.digest] ?? 0
      state.logged[vertex.digest] = before + text.utf8.count
      return (before, before + text.utf8.count)
    }
    if before > Self.longestLog { return }
    let text = after > Self.longestLog ? "[output clipped, log limit 2MiB reached]\n" : text
    var message = ProtobufWriter()
    message.add(1, vertex.digest)
    message.add(2, time: Timestamp.now().nanoseconds)
    message.add(3, number: 1)
    message.add(4, text)
    tell(3, message)
  }

  func progress(_ vertex: Vertex, _ name: String, _ current: Int64, isDone: Bool) {
    var message = ProtobufWriter()
    message.add(1, name)
    message.add(2, vertex.digest)
    message.add(4, number: UInt64(current))
    message.add(6, time: Timestamp.now().nanoseconds)
    message.add(7, time: vertex.started)
    if isDone { message.add(8, time: Timestamp.now().nanoseconds) }
    tell(2, message)
  }

  func warn(_ vertex: Vertex, _ text: String) {
    var message = ProtobufWriter()
    message.add(1, vertex.digest)
    message.add(2, number: 1)
    message.add(3, text)
    tell(4, message)
  }

  private func tell(_ field: Int, _ message: ProtobufWriter) {
    var response = ProtobufWriter()
    response.add(field, message: message.bytes)
    state.withLock { $0.told.append(response.bytes) }
    changed.notifyAll()
  }

  /// Everything from the beginning to the end of the build. Blocks.
  func follow(_ each: ([UInt8]) throws -> Void) throws {
    var next = 0
    while true {
      changed.wait { state.withLock { $0.told.count > next || $0.isOver } }
      let more = state.withLock { Array($0.told[next...]) }
      if more.isEmpty { return }
      for message in more { try each(message) }
      next += more.count
    }
  }

  func finish() {
    state.withLock { state in
      state.isOver = true
      // A result holds its request, which tells this build how it goes.
      state.results.removeAll()
    }
    changed.notifyAll()
  }

  // MARK: The client's part

  var sessionID: String? {
    get { state.withLock { $0.sessionID } }
    set { state.withLock { $0.sessionID = newValue } }
  }

  /// - Returns: the name by which the client can speak of the result.
  func keep(_ result: BuildResult) -> String {
    state.withLock { state in
      let name = "\(ref):\(state.results.count + 1)"
      if !state.isOver { state.results[name] = result }
      return name
    }
  }

  func result(_ name: String) -> BuildResult? { state.withLock { $0.results[name] } }

  /// The client says what it wants; later words do not count.
  func returned(_ result: Result<String?, RPCStatus>) {
    state.withLock { $0.returned = $0.returned ?? result }
    changed.notifyAll()
  }

  /// Waits for the client's part.
  /// - Returns: the result that it wants; `nil`: none.
  func waitForReturn() throws -> BuildResult? {
    changed.wait { state.withLock { $0.returned != nil } || cancellation.isCancelled }
    return try state.withLock { state in
      guard let returned = state.returned else { throw RPCStatus(.cancelled, "context canceled") }
      guard let wanted = try returned.get() else { return nil }
      guard let result = state.results[wanted] else { throw RPCStatus(.notFound, "there is no result \(wanted)") }
      return result
    }
  }

  func cancel() {
    cancellation.cancel()
    changed.notifyAll()
  }
}
