import Glibc
import Launch
import Linux

/// The other end: what the child says before its program runs.
struct ParentChannel {
  let socket: Descriptor

  /// A channel and the child's end of it.
  static func make() throws(LaunchFailure) -> (ParentChannel, ChildChannel) {
    let (ours, theirs) = try reporting { () throws(SystemError) in try UnixSocket.pair() }
    return (ParentChannel(socket: ours), ChildChannel(socket: theirs))
  }

  /// Waits until the program runs: its terminal's controlling end, if one was made.
  /// - Parameter onHost: what is to be done while the child waits for it.
  func awaitProgram(_ onHost: () throws(LaunchFailure) -> Void = {}) throws(LaunchFailure) -> Descriptor? {
    var console: Descriptor?
    var bytes: [UInt8] = []
    while true {
      let part: [UInt8]
      let descriptors: [Descriptor]
      do { (part, descriptors) = try socket.receive(upTo: 4096) } catch {
        // The other end is gone with something unread.
        if error.errno == ECONNRESET { return console }
        throw LaunchFailure(error)
      }
      if part.isEmpty { return console }
      bytes += part
      console = descriptors.first ?? console
      while let length = try? LaunchReport.length(of: bytes), bytes.count >= length {
        let report = try? LaunchReport(decoding: Array(bytes[..<length]))
        bytes.removeFirst(length)
        if case .failed(let failure)? = report { throw failure }
        if report == .awaitingHost {
          try onHost()
          try reporting { () throws(SystemError) in try socket.writeAll([1]) }
        }
      }
    }
  }
}
