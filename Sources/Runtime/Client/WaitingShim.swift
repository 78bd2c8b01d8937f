import Diagnostics
import Glibc
import Launch
import Linux

/// A shim that waits to be told what it is for.
///
/// It takes as long to start as a container takes to be prepared, so it is made first, and both go on side by side. One
/// that is told nothing ends when this process does.
public struct WaitingShim: Sendable {
  enum Role: String {
    /// Looks after a container. The place of the container's id among its arguments is kept for it.
    case launch = "----------------------------------------------------------------"
    /// Runs one program in a container.
    case exec
  }

  let pid: Int32
  /// Where the message goes and its report comes from.
  private let channel: Descriptor

  init(_ program: Descriptor, _ role: Role) throws(Failure) {
    do throws(SystemError) {
      let (ours, theirs) = try UnixSocket.pair()
      pid = try Self.spawn(program, ["davit-shim", role.rawValue], channel: theirs)
      channel = ours
    } catch { throw Failure(error) }
  }

  private static func spawn(_ program: Descriptor, _ arguments: [String], channel: Descriptor) throws(SystemError)
    -> Int32
  {
    let null = try Descriptor.open("/dev/null", .readWrite)
    // Not the number that it goes to, which would leave it to be closed.
    let above = try channel.duplicate(atLeast: Descriptors.first)
    let executable = try program.duplicate(atLeast: Descriptors.first)

    // No environment: the shim is told everything, and nothing of the caller's shall matter.
    var start = ProgramStart(executable.procPath, arguments, environment: [])
    start.descriptors = [(null, 0), (null, 1), (null, 2), (above, Descriptors.channel)]
    defer { channel.close() }
    do { return try start.run() } catch { throw SystemError("starting davit-shim", errno: error.errno) }
  }

  /// Tells it what to do, and reads reports until the program runs or does not.
  /// - Parameter descriptors: become `Descriptors.first` and on.
  /// - Returns: what runs, and its console where it has one.
  func start(_ message: [UInt8], _ descriptors: [Descriptor]) throws(Failure) -> (
    LaunchedContainer, console: Descriptor?
  ) {
    // One that is gone already has said why, perhaps.
    try? channel.sendAll(message, passing: descriptors)
    return try awaitStart()
  }

  /// Lets go of it, told or not, and collects the process that was spawned.
  public func dismiss() {
    channel.close()
    _ = try? ChildStatus.reap(pid)
  }

  private func awaitStart() throws(Failure) -> (LaunchedContainer, console: Descriptor?) {
    var bytes: [UInt8] = []
    var console: Descriptor?
    do {
      while true {
        while let length = try LaunchReport.length(of: bytes), bytes.count >= length {
          switch try LaunchReport(decoding: Array(bytes[..<length])) {
          case .started(let pid, let startTime):
            return (LaunchedContainer(pid: pid, startTime: startTime), console)
          case .failed(let failure): throw Failure(failure)
          case .console, .awaitingHost: break
          }
          bytes.removeFirst(length)
        }
        let (part, descriptors) = try channel.receive(upTo: 4096)
        if part.isEmpty { throw Failure(.system, "davit-shim ended before it had started the program") }
        bytes += part
        console = descriptors.first ?? console
      }
    } catch let failure as Failure { throw failure } catch let error as SystemError {
      throw Failure(error)
    } catch {
      throw Failure(.system, "davit-shim said something that is not understood: is it of the same version?")
    }
  }
}

extension Failure {
  /// Why a container or program did not start, in the words of the step that failed.
  public init(_ failure: LaunchFailure) {
    let code: Code =
      switch failure.exitStatus {
      case 127: .notFound
      default: .system
      }
    self.init(code, failure.description, exitStatus: failure.exitStatus)
  }
}
