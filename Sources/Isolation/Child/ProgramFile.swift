import Glibc
import Launch
import Linux

/// Finding and becoming the program, inside the container.
enum ProgramFile {
  private static let usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// Returns only with the reason why the program could not be executed: 127 when it is not there, else 126.
  static func execute(_ arguments: [String], environment: [String]) -> LaunchFailure {
    guard let name = arguments.first, !name.isEmpty else {
      return LaunchFailure(step: "executing: no command is given", exitStatus: 127)
    }
    let argumentArray = CStringArray(arguments)
    let environmentArray = CStringArray(environment)
    if name.contains("/") {
      return failure(Executing.replaceProcess(name, argumentArray, environmentArray), name)
    }
    let path = environment.last { $0.hasPrefix("PATH=") }?.dropFirst(5) ?? usualPath[...]
    var denied = false
    for folder in path.split(separator: ":", omittingEmptySubsequences: false) {
      let candidate = (folder.isEmpty ? "." : folder) + "/" + name
      let error = Executing.replaceProcess(String(candidate), argumentArray, environmentArray)
      switch error {
      case ENOENT, ENOTDIR, ESTALE, ENODEV: continue
      // Also what execve says of a directory. Something better may follow.
      case EACCES: denied = true
      default: return failure(error, String(candidate))
      }
    }
    if denied { return failure(EACCES, name) }
    return LaunchFailure(step: "executing \(name): executable file not found in $PATH", exitStatus: 127)
  }

  private static func failure(_ error: Int32, _ path: String) -> LaunchFailure {
    LaunchFailure(
      step: "executing", path: path, errno: error, exitStatus: error == ENOENT || error == ENOTDIR ? 127 : 126)
  }
}
