import Glibc
import Launch
import Linux

extension HookLaunch {
  /// Runs it to its end, with what the runtime specification wants on its standard input. Its process belongs to the
  /// container: namespaces, control groups, and root once that is entered.
  func run() throws(LaunchFailure) {
    let name = "\(moment) hook"
    let result: ProgramResult
    do {
      result = try runProgram(
        [path] + arguments.dropFirst(), environment: variables, input: Array(state.utf8),
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

  private var state: String {
    // Before the root is entered /proc is the host's, and so is the number.
    let pid = (try? readLink("/proc/self")) ?? "\(getpid())"
    return
      #"{"ociVersion":"1.0.2","id":"\#(id)","status":"\#(moment == .createContainer ? "creating" : "created")","#
      + #""pid":\#(pid),"bundle":"\#(Self.escaped(bundle))"}"#
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}
