import Diagnostics
import Spec

extension Lowering {
  /// A seccomp profile that is named by its file becomes part of what is wanted, as Docker Compose has it: a relative path
  /// is one of the project, a profile that changed makes a new container, and a restart does not need the file.
  mutating func readSeccompProfiles(_ container: inout ContainerSpec, _ service: String) {
    container.securityOptions = container.securityOptions.map { option in
      guard let separator = option.firstIndex(where: { $0 == "=" || $0 == ":" }), option[..<separator] == "seccomp"
      else { return option }
      let value = String(option[option.index(after: separator)...])
      if ["unconfined", "builtin"].contains(value) || value.first == "{" { return option }
      let path = value.hasPrefix("/") ? value : "\(project.workingDirectory)/\(value)"
      do {
        return "seccomp=" + String(decoding: try surroundings.read(path), as: UTF8.self)
      } catch {
        let failure = error as? Failure ?? Failure(.system, "\(error)")
        failures.append(failure.about("services.\(service).security_opt"))
        return option
      }
    }
  }
}
