import Glibc
import Launch
import Linux

/// 0, 1 and 2 of a program.
enum StandardStreams {
  /// Puts them in place.
  /// - Parameter terminal: the program's end of its terminal, where it has one.
  static func install(_ streams: ProgramStreams, terminal: Descriptor?) throws(LaunchFailure) {
    let sources: [Int32] =
      switch streams {
      case .descriptors(let input, let output, let error): [input, output, error]
      case .terminal: [Int32](repeating: terminal?.raw ?? -1, count: 3)
      }
    // Copies first: a source may itself be one of 0, 1 and 2.
    var copies: [Int32] = []
    for source in sources {
      let copy = fcntl(source, F_DUPFD_CLOEXEC, 3)
      if copy < 0 { throw LaunchFailure(step: "setting up the standard streams", errno: errno) }
      copies.append(copy)
    }
    for (target, copy) in copies.enumerated() where dup2(copy, Int32(target)) < 0 {
      throw LaunchFailure(step: "setting up the standard streams", errno: errno)
    }
  }

  /// Pipes and terminals are given to the program's user, so that it can open /dev/stdout and its terminal by name.
  static func give(to account: Account, terminal: Bool) {
    guard account.uid != 0 else { return }
    for number in Int32(0)...2 {
      var status = stat()
      guard fstat(number, &status) == 0, status.st_uid != account.uid else { continue }
      // Not what the caller of `exec` happens to have there: files and terminals of the host keep their owners.
      if terminal || status.st_mode & 0o170000 == 0o010000 {
        try? Identity.setOwner(of: number, uid: Int32(bitPattern: account.uid))
      }
    }
  }
}
