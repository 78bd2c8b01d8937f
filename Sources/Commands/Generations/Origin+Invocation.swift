import Arguments
import Diagnostics
import Glibc
import Planning
import Reconciling

extension Invocation {
  /// Who asks, and from where.
  func origin(_ command: String, files: [String] = []) -> Origin {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let uid = variable("SUDO_UID").flatMap { UInt32($0) } ?? getuid()
    return Origin(
      user: variable("SUDO_USER") ?? variable("USER") ?? variable("LOGNAME") ?? (uid == 0 ? "root" : String(uid)),
      uid: uid, host: String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self),
      directory: (try? workingDirectory) ?? "", files: files, command: command)
  }

  /// `--keep N`
  func keep() throws -> Int? {
    guard arguments.isGiven("keep"), let count = arguments.integer("keep") else { return nil }
    guard count > 0 else { throw Failure(.invalidInput, "at least one generation is kept", subject: "--keep") }
    return count
  }
}

extension Flag {
  static let keep = Flag.integer("keep", nil, "Keep so many generations in the history from now on (10 at first)")
}
