import Glibc
import Launch
import Linux

extension HookLaunch {
  /// Runs it to its end, with what the runtime specification wants on its standard input. Its process belongs to who
  /// runs it: the container, with its namespaces, control groups, and root once that is entered, or the shim.
  /// - Parameter pid: the container's process where this is not it.
  func run(pid: Int32? = nil) throws(LaunchFailure) {
    let name = "\(moment) hook"
    let result: ProgramResult
    do {
      result = try runProgram(
        [path] + arguments.dropFirst(), environment: variables, input: Array(state(pid).utf8),
        timeLimit: timeout == 0 ? nil : Int64(timeout) * 1_000_000_000)
    } catch { throw LaunchFailure(step: "running the \(name)", path: path, errno: error.errno) }
    guard result.status != 0 else { return }
    let said = result.complaint.split(separator: "\n").suffix(3).joined(separator: "; ")
    throw LaunchFailure(
      step: "the \(name) \(path) ended with status \(result.status)\(said.isEmpty ? "" : ": \(said)")")
  }

  private var variables: [String: String] {
    let pairs = environment.compactMap { text in
      text.firstIndex(of: "=").map { (String(text[..<$0]), String(text[text.index(after: $0)...])) }
    }
    return Dictionary(pairs, uniquingKeysWith: { $1 })
  }

  private func state(_ process: Int32?) -> String {
    let status =
      switch moment {
      case .prestart, .createRuntime, .createContainer: "creating"
      case .startContainer: "created"
      case .poststart: "running"
      case .poststop: "stopped"
      }
    // Before the root is entered /proc is the host's, and so is the number. Who has ended has none.
    let pid = process.map { "\($0)" } ?? (try? readLink("/proc/self")) ?? "\(getpid())"
    return #"{"ociVersion":"1.0.2","id":"\#(id)","status":"\#(status)","#
      + (moment == .poststop ? "" : #""pid":\#(pid),"#) + #""bundle":"\#(Self.escaped(bundle))"}"#
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}

extension [HookLaunch] {
  /// Runs those of some moments on the host, in their order, until one fails (runtime specification, "Lifecycle").
  func run(at moments: [HookLaunch.Moment], pid: Int32) throws(LaunchFailure) {
    for moment in moments {
      for hook in self where hook.moment == moment { try hook.run(pid: pid) }
    }
  }

  func runAfterEnd() -> [LaunchFailure] {
    var failures: [LaunchFailure] = []
    for hook in self where hook.moment == .poststop {
      do throws(LaunchFailure) { try hook.run() } catch { failures.append(error) }
    }
    return failures
  }
}
