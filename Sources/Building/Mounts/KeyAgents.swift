import Diagnostics
import Glibc
import Linux
import Synchronization

/// The agents that steps may ask for signatures. A container never sees the socket of a person's agent itself, but one
/// that belongs to whom the step wants and hands everything on.
final class KeyAgents: Sendable {
  private struct State {
    /// By id.
    var started: [String: (socket: String, pid: Int32)] = [:]
    var relays: [SocketRelay] = []
  }

  private let agents: [String: KeyAgent]
  private let folder: String
  private let state = Mutex(State())

  /// - Parameter folder: for sockets.
  init(_ agents: [String: KeyAgent], _ folder: String) {
    self.agents = agents
    self.folder = folder
  }

  struct Owner {
    var uid: UInt32
    var gid: UInt32
    var mode: UInt32
  }

  /// The socket of an agent; `nil`: there is none of that id.
  /// - Parameter owner: whose a new socket is to be; `nil`: the agent's own socket.
  func socket(_ id: String, for owner: Owner?) throws -> String? {
    guard let agent = agents[id] else { return nil }
    let path: String
    switch agent {
    case .socket(let socket): path = socket
    case .keys(let files): path = try state.withLock { try start(id, files, &$0) }
    }
    guard let owner else { return path }
    return try state.withLock { state in
      let relay = try SocketRelay("\(folder)/agent-\(state.relays.count)", to: path)
      state.relays.append(relay)
      try Descriptor.open(folder, .anchor).setOwner(of: FileName(relay.name), uid: owner.uid, gid: owner.gid)
      try Descriptor.open(folder, .anchor).setPermissions(of: FileName(relay.name), owner.mode)
      return relay.path
    }
  }

  private func start(_ id: String, _ files: [String], _ state: inout State) throws -> String {
    if let started = state.started[id] { return started.socket }
    let socket = "\(folder)/keys-\(state.started.count)"
    var environment = ["PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin", "LC_ALL": "C"]
    let run: ProgramResult
    do { run = try runProgram(["ssh-agent", "-s", "-a", socket], environment: environment) } catch {
      throw Failure(
        .notFound, "the program `ssh-agent` cannot be run", subject: "--ssh \(id)",
        hint: "install openssh-client, or name the socket of an agent", causes: [error.reason])
    }
    let output = String(decoding: run.output, as: UTF8.self)
    guard run.status == 0, let mark = output.firstRange(of: "SSH_AGENT_PID="),
      let pid = Int32(output[mark.upperBound...].prefix { $0.isNumber })
    else { throw Failure(.system, "ssh-agent failed with status \(run.status)", subject: "--ssh \(id)") }
    state.started[id] = (socket, pid)
    try writeAtomically(Array("\(pid)".utf8), to: "\(folder)/keys-\(state.started.count - 1).pid")
    environment["SSH_AUTH_SOCK"] = socket
    for file in files {
      let added = try runProgram(["ssh-add", "-q", file], environment: environment)
      guard added.status == 0 else {
        throw Failure(.invalidInput, "the key cannot be added to an agent", subject: file, causes: [added.complaint])
      }
    }
    return socket
  }

  func end() {
    state.withLock { state in
      for relay in state.relays { relay.end() }
      for agent in state.started.values { kill(agent.pid, SIGTERM) }
      state = State()
    }
  }

  /// Ends the agents of a build that was killed.
  static func sweep(_ folder: String) {
    for name in (try? listDirectory(folder)) ?? [] where name.hasPrefix("keys-") && name.hasSuffix(".pid") {
      guard let pid = (try? readText("\(folder)/\(name)")).flatMap(Int32.init),
        let command = try? readText("/proc/\(pid)/cmdline"), command.hasPrefix("ssh-agent"), command.contains(folder)
      else { continue }
      kill(pid, SIGTERM)
    }
  }
}

/// Hands connections of one socket on to another.
final class SocketRelay: Sendable {
  let path: String
  var name: String { splitPath(path).name }
  private let stop: Cancellation

  init(_ path: String, to target: String) throws {
    self.path = path
    stop = try Cancellation()
    let listener = try UnixSocket.listen(path)
    _ = try Thread.spawn { [stop] in
      while (try? stop.check()) != nil {
        guard Linux.poll([listener], timeout: 100_000_000) != nil else { continue }
        guard let client = try UnixSocket.accept(listener) else { continue }
        guard let server = try? UnixSocket.connect(target) else { continue }
        _ = try Thread<Void>.spawn { try Self.copy(client, server) }
        _ = try Thread<Void>.spawn { try Self.copy(server, client) }
      }
      listener.close()
    }
  }

  private static func copy(_ source: Descriptor, _ target: Descriptor) throws {
    while true {
      let bytes = try source.read(upTo: 16 << 10)
      if bytes.isEmpty { break }
      try target.writeAll(bytes)
    }
    shutdown(target.raw, Int32(SHUT_WR))
  }

  func end() { stop.cancel() }
}
