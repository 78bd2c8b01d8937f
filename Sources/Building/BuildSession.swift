import Diagnostics
import Engine
import Linux

/// One build at work. Containers that a killed build left behind are recognised by the name of its session, whose lock
/// nobody holds any more, and removed by the next build.
final class BuildSession: Sendable {
  let name: String
  /// For views of root file systems.
  let scratch: String
  private let path: String
  private let lock: FileLock
  private let hold: AnyObject & Sendable

  init(_ folder: String, _ engine: Engine) throws {
    let sessions = "\(folder)/sessions"
    try makeDirectories(sessions, mode: 0o700)
    Self.sweep(sessions, engine)
    name = "build-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    path = "\(sessions)/\(name)"
    scratch = "\(path)/views"
    try makeDirectories(path, mode: 0o700)
    lock = try FileLock("\(path)/lock")
    hold = try engine.images.hold()
  }

  func end() {
    try? removeTree(path)
    lock.unlock()
  }

  private static func sweep(_ sessions: String, _ engine: Engine) {
    for name in (try? listDirectory(sessions)) ?? [] {
      // A session that is just being made has no lock yet.
      guard FileStatus.exists("\(sessions)/\(name)/lock"), let lock = try? FileLock(trying: "\(sessions)/\(name)/lock")
      else { continue }
      for container in (try? engine.containers(all: true)) ?? [] where container.name.hasPrefix("\(name)-") {
        try? engine.remove(container.id, force: true, volumes: true)
      }
      try? removeTree("\(sessions)/\(name)")
      lock.unlock()
    }
  }
}
