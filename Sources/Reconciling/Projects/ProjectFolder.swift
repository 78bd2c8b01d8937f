import Diagnostics
import FoundationEssentials
import Linux
import Planning

/// What is remembered of a project: `<root>/projects/<name>/`.
///
/// - `applied.json`: the desired state that was applied last
/// - `plan.json`: the plan that did it
/// - `jobs.json`: how each job ran last
/// - `generations`, `contents`: see `History`
/// - `lock`: held (flock(2)) by the command that works on the project, with its process id in it
///
/// Only root can read it: definitions contain environments.
struct ProjectFolder {
  let path: String

  /// - Throws: for a name that could lead out of the folder.
  init(_ projects: String, _ name: String) throws(Failure) {
    let isPlain = name.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != 0 } && name != "." && name != ".."
    guard isPlain, !name.isEmpty else {
      throw Failure(.invalidInput, "\"\(name)\" is no name for a project", subject: "project")
    }
    path = "\(projects)/\(name)"
  }

  /// The desired state that was applied last, if it is known and can be read.
  func applied() -> Desired? {
    guard let bytes = try? readFile("\(path)/applied.json") else { return nil }
    return try? JSONDecoder().decode(Desired.self, from: Data(bytes))
  }

  func remember(_ desired: Desired?, _ plan: Plan) throws(Failure) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try makeDirectories(path, mode: 0o700)
      if let desired { try replace("applied.json", with: Array(encoder.encode(desired))) }
      try replace("plan.json", with: Array(encoder.encode(plan)))
    } catch {
      throw Failure(.system, "what was applied could not be written down", subject: "project", causes: ["\(error)"])
    }
  }

  private func replace(_ name: String, with bytes: [UInt8]) throws {
    if let old = try? readFile("\(path)/\(name)"), old == bytes { return }
    try writeAtomically(bytes, to: "\(path)/\(name)", mode: 0o600)
  }

  /// Nothing of the project is left. Whoever waits for the lock notices that its file is another one.
  func forget() {
    History(self).forget()
    guard let folder = try? Descriptor.open(path, .anchor) else { return }
    for name in ["applied.json", "plan.json", "jobs.json", "lock"] { try? folder.unlink(name) }
    let (parent, name) = splitPath(path)
    try? Descriptor.open(parent, .anchor).removeDirectory(name)
  }
}
