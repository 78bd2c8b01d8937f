import Glibc
import Launch
import Linux

/// The program `davit-shim`.
public enum ShimProgram {
  /// - Parameter arguments: without the program's name. `exec` runs a program in a container that runs; else a
  ///   container is looked after. Further words are there for who reads a process list.
  /// - Returns: the exit status.
  public static func run(_ arguments: [String]) -> Int32 {
    guard fcntl(Descriptors.channel, F_GETFD) >= 0 else {
      let text = "davit-shim looks after one container; it is started by davit, and of no use by hand\n"
      _ = text.withCString { write(2, $0, strlen($0)) }
      return 1
    }
    return arguments.first == "exec" ? ExecMode.run() : LaunchMode.run()
  }
}

/// Where the answer to davit goes. That davit is gone by then is no reason to stop.
struct Report {
  let descriptor: Descriptor

  func send(_ report: LaunchReport) { try? descriptor.writeAll(report.encoded()) }

  /// With a descriptor for who asked; the channel is a socket.
  func send(_ report: LaunchReport, passing console: Descriptor) {
    _ = try? descriptor.send(report.encoded(), passing: [console])
  }
}

extension LaunchFailure {
  /// A message that could not be understood.
  init(_ error: WireError) {
    let reason =
      switch error {
      case .version: "it comes from another build of davit"
      case .truncated, .notAMessage, .invalid: "it is damaged, or comes from another build of davit"
      }
    self.init(step: "reading the launch message: \(reason)")
  }
}
