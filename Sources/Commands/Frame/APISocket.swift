import Diagnostics
import Engine
import Linux
import Reconciling
import Registry

/// The socket on which `davit serve` answers, as clients are told by DOCKER_HOST or by its own default.
struct APISocket {
  let path: String

  init(_ invocation: Invocation) throws(Failure) {
    guard let host = invocation.variable("DOCKER_HOST"), !host.isEmpty else {
      path = Host.fromEnvironment().run + "/docker.sock"
      return
    }
    guard host.hasPrefix("unix://") else {
      throw Failure(
        .unsupported, "DOCKER_HOST is \(host), which is no socket of this machine",
        hint: "serve on a socket too, and set DOCKER_HOST=unix://PATH")
    }
    path = String(host.dropFirst(7))
  }

  /// That of a server that answers.
  static func listening(_ invocation: Invocation) throws -> String {
    let socket = try APISocket(invocation)
    do { _ = try UnixSocket.connect(socket.path) } catch {
      throw Failure(
        .notFound, "nobody serves the engine's interface on \(socket.path)",
        hint: "start `davit serve`, or say by DOCKER_HOST=unix://PATH where it listens", causes: [error.reason])
    }
    return socket.path
  }
}

extension Lowering.Surroundings {
  /// - Parameter needsFiles: whether what is missing is an error; what only stops or removes needs none of it.
  mutating func read(from invocation: Invocation, needsFiles: Bool) {
    guard needsFiles else {
      read = { _ in [] }
      apiSocket = { try APISocket(invocation).path }
      return
    }
    apiSocket = { try APISocket.listening(invocation) }
    registryCredentials = { try invocation.registrySettings.credentials.configuration() }
  }
}
