import Glibc
import Launch
import Linux

/// The child's end of the socket to the process that made it. It is close-on-exec: its end without a message tells the
/// other side that the program runs.
struct ChildChannel {
  let socket: Descriptor

  /// Whether the process that made this one is gone.
  var isAbandoned: Bool {
    var entry = pollfd(fd: socket.raw, events: 0, revents: 0)
    return Glibc.poll(&entry, 1, 0) > 0
  }

  func send(console: Descriptor) throws(LaunchFailure) {
    _ = try reporting { () throws(SystemError) in try socket.send(LaunchReport.console.encoded(), passing: [console]) }
  }

  /// Returns when the hooks of the host have run. Where one of them fails this process is killed.
  func awaitHost() throws(LaunchFailure) {
    try reporting { () throws(SystemError) in try socket.writeAll(LaunchReport.awaitingHost.encoded()) }
    guard let answer = try? socket.read(upTo: 1), !answer.isEmpty else {
      throw LaunchFailure(step: "waiting for the hooks of the host")
    }
  }

  func report(_ failure: LaunchFailure) {
    try? socket.writeAll(LaunchReport.failed(failure).encoded())
  }
}
