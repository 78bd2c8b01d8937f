import Diagnostics
import Glibc
import Launch
import Linux

/// A process that is a shim, as its maker sees it.
struct SpawnedShim {
  let pid: Int32
  /// Where its report comes from.
  let report: Descriptor

  /// - Parameters:
  ///   - message: what the shim is told.
  ///   - report: the shim's end of the report channel.
  ///   - others: become `Descriptors.first` and on.
  ///   - streams: become 0, 1 and 2.
  static func start(
    _ program: Descriptor, _ arguments: [String], message: [UInt8], report: (ours: Descriptor, theirs: Descriptor),
    others: [Descriptor], streams: (Int32, Int32, Int32)
  ) throws(SystemError) -> SpawnedShim {
    let source = try Descriptor.memoryFile("davit-launch", message)
    let inherited = [source, report.theirs] + others
    // Each goes to its number through a copy far above, or one could be overwritten before it is moved.
    let lowest = Int32(64 + inherited.count)
    var moved: [Descriptor] = []
    for descriptor in inherited { moved.append(try descriptor.duplicate(atLeast: lowest)) }
    let executable = try program.duplicate(atLeast: lowest)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, descriptor) in moved.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor.raw, Descriptors.message + Int32(target))
    }
    for (target, stream) in [streams.0, streams.1, streams.2].enumerated() {
      // Also from a number to itself: that is what makes it inherited.
      posix_spawn_file_actions_adddup2(&actions, stream, Int32(target))
    }
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
    report.theirs.close()
    if error != 0 { throw SystemError("starting davit-shim", errno: error) }
    return SpawnedShim(pid: pid, report: report.ours)
  }

  /// Reads reports until the program runs or does not.
  /// - Returns: what runs, and its console where it has one.
  func awaitStart() throws(Failure) -> (LaunchedContainer, console: Descriptor?) {
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
        let (part, descriptors) = try report.receive(upTo: 4096)
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
