import Foundation
import Testing

/// A `davit serve` in a sandbox.
final class APIServer {
  let sandbox: Sandbox
  let socket: String
  private let process: Process

  init(in sandbox: Sandbox, _ more: String...) throws {
    self.sandbox = sandbox
    socket = "\(sandbox.folder)/docker.sock"
    process = try sandbox.start(["\(Sandbox.binaries)/davit", "serve", "-H", "unix://\(socket)"] + more).process
    for _ in 0..<100 where !FileManager.default.fileExists(atPath: socket) { usleep(50_000) }
    try #require(FileManager.default.fileExists(atPath: socket), "the server does not listen")
  }

  var pid: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  func stop() {
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
  }

  /// What curl(1) prints with the status on a last line of its own.
  func request(_ method: String, _ path: String, body: String? = nil) throws -> (status: String, body: String) {
    var arguments = [
      "curl", "-s", "--max-time", "30", "--unix-socket", socket, "-X", method, "-w", "\n%{http_code}",
      "http://localhost\(path)",
    ]
    if method == "HEAD" { arguments.replaceSubrange(6...7, with: ["-I"]) }
    if let body { arguments += ["-H", "Content-Type: application/json", "-d", body] }
    let lines = try sandbox.run(arguments).out.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return (lines.last ?? "", lines.dropLast().joined(separator: "\n"))
  }

  /// Runs the docker command against it.
  @discardableResult
  func docker(_ arguments: String..., input: String = "") throws -> Sandbox.Result {
    try sandbox.run(
      ["docker"] + arguments, environment: clientEnvironment.merging(["DOCKER_BUILDKIT": "0"]) { $1 },
      input: input)
  }

  /// Where this person has clients, which may be other places than those of the system.
  static let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"

  /// Why clients cannot be tried here.
  static func missing(_ program: String, _ arguments: String...) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return "\(program) is not here" }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? nil : "\(program) \(arguments.joined(separator: " ")) does not work here"
  }

  static let noDocker = missing("docker", "--version")
  static let noCompose = noDocker ?? missing("docker", "compose", "version")
  /// The system's package is the system's Python's.
  static let python = ["python3", "/usr/bin/python3"].first { missing($0, "-c", "import docker") == nil }
  static let noSDK = python == nil ? "no python3 here has the docker package" : nil
}

extension EndToEnd {
  func withServer(_ body: (APIServer) throws -> Void) throws {
    try inSandbox { sandbox in
      let server = try APIServer(in: sandbox)
      defer {
        _ = try? sandbox.shell(
          "for c in $(\(Sandbox.binaries)/davit container ls -aq); do \(Sandbox.binaries)/davit container rm -fv $c; done"
        )
        // The bridge that everything begins on stays on a machine; a sandbox is left without.
        _ = try? sandbox.shell("ip link del davit0")
        server.stop()
      }
      try body(server)
    }
  }
}
