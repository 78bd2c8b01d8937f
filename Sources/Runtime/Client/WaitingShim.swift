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

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for stream: Int32 in 0...2 { posix_spawn_file_actions_adddup2(&actions, null.raw, stream) }
    posix_spawn_file_actions_adddup2(&actions, above.raw, Descriptors.channel)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    var pid: pid_t = 0
    let argumentArray = arguments.map { strdup($0) } + [nil]
    defer { for argument in argumentArray { free(argument) } }
    // No environment: the shim is told everything, and nothing of the caller's shall matter.
    let environment: [UnsafeMutablePointer<CChar>?] = [nil]
    let error = posix_spawn(&pid, executable.procPath, &actions, &attributes, argumentArray, environment)
    channel.close()
    if error != 0 { throw SystemError("starting davit-shim", errno: error) }
    return pid
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
