import Glibc
import Launch
import Linux
import Testing

@testable import Shim

/// A container with a sandbox double, looked after by a real supervisor on this thread, with a client on another.
struct Container {
  var message = LaunchMessage()
  let folder: String

  init(_ folder: String) {
    self.folder = folder
    message.container.id = "c"
    message.paths.state = "\(folder)/state.json"
    message.paths.exitRecord = "\(folder)/exit.json"
    message.paths.attachSocket = "\(folder)/attach.sock"
    message.log.path = "\(folder)/log"
  }

  /// Runs it to its end.
  /// - Parameter client: talks to `attach.sock` on a thread of its own, from the first start on.
  @discardableResult
  func run(_ sandbox: SandboxDouble, client: @escaping @Sendable (Client) throws -> Void = { _ in }) throws
    -> Supervisor
  {
    let supervisor = Supervisor(message, sandbox: sandbox, loop: try EventLoop())
    try supervisor.begin()
    // Connected before anything can end.
    let connection = try Client(message.paths.attachSocket)
    let thread = try Thread.spawn { try client(connection) }
    supervisor.run()
    try thread.join()
    return supervisor
  }

  var log: String { get throws { String(decoding: try readFile(message.log.path), as: UTF8.self) } }
  var state: String { get throws { String(decoding: try readFile(message.paths.state), as: UTF8.self) } }
  var exitRecord: String { get throws { String(decoding: try readFile(message.paths.exitRecord), as: UTF8.self) } }
}

/// A client of `attach.sock`.
final class Client: Sendable {
  let socket: Descriptor
  let path: String

  init(_ path: String) throws {
    self.path = path
    socket = try UnixSocket.connect(path)
  }

  func send(_ frames: ClientFrame...) throws { for frame in frames { try socket.writeAll(frame.encoded()) } }

  /// All that comes until the shim hangs up, or until `enough`.
  func receive(until enough: ([ShimFrame]) -> Bool = { _ in false }) throws -> [ShimFrame] {
    var reader = FrameReader()
    var frames: [ShimFrame] = []
    while !enough(frames) {
      let bytes = try socket.read(upTo: 4096)
      if bytes.isEmpty { break }
      reader.append(bytes)
      while let frame = try reader.nextShimFrame() { frames.append(frame) }
    }
    return frames
  }

  /// Waits until some file says something.
  static func wait(for path: String, _ isThere: (String) -> Bool) {
    for _ in 0..<2_000 {
      if let text = try? readText(path), isThere(text) { return }
      Monotonic.sleep(nanoseconds: 5_000_000)
    }
    Issue.record("\(path) never said what was waited for")
  }
}

/// The bytes of one output stream in frames.
func output(_ frames: [ShimFrame], stderr: Bool = false) -> String {
  let bytes = frames.flatMap { frame -> [UInt8] in
    switch frame {
    case .stdout(let bytes): stderr ? [] : bytes
    case .stderr(let bytes): stderr ? bytes : []
    default: []
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
