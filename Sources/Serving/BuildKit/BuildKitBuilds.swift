import EngineAPI
import Linux
import Synchronization

/// The builds that clients of BuildKit's asked for, by the names that they gave them.
final class BuildKitBuilds: Sendable {
  private let builds = Mutex<[String: BuildKitBuild]>([:])
  private let changed = Signal()

  func begin(_ ref: String, _ session: String) throws -> BuildKitBuild {
    let build = try BuildKitBuild(ref)
    build.sessionID = session
    try builds.withLock { builds in
      guard builds[ref] == nil else { throw RPCStatus(.alreadyExists, "build \(ref) is there already") }
      builds[ref] = build
    }
    changed.notifyAll()
    return build
  }

  func end(_ build: BuildKitBuild) {
    build.finish()
    builds.withLock { $0[build.ref] = nil }
  }

  /// Clients ask for a build's steps while they ask for the build.
  func build(_ ref: String) throws -> BuildKitBuild {
    changed.wait(until: Monotonic.now + 5_000_000_000) { builds.withLock { $0[ref] != nil } }
    guard let found = builds.withLock({ $0[ref] }) else { throw RPCStatus(.notFound, "no such job \(ref)") }
    return found
  }
}

extension RPCStatus {
  /// What went wrong, as a client is told.
  init(_ error: any Error) {
    self = error as? RPCStatus ?? RPCStatus(.unknown, APIError(error).message)
  }
}
