import Diagnostics
import Engine
import Linux

/// What builds keep on this machine for the next one.
public struct BuildCache: Sendable {
  private let engine: Engine
  private var folder: String { "\(engine.host.root)/builds" }

  public init(_ engine: Engine) { self.engine = engine }

  /// Forgets the results of steps.
  /// - Parameter folders: the folders of `RUN --mount=type=cache`, too; refused while a build is at work.
  /// - Returns: how many steps and folders, and the bytes of the steps' layers that became free.
  public func prune(folders: Bool) throws -> (steps: Int, folders: Int, reclaimed: Int64) {
    var removed = 0
    if folders {
      for session in (try? listDirectory("\(folder)/sessions")) ?? [] {
        let path = "\(folder)/sessions/\(session)/lock"
        guard FileStatus.exists(path) else { continue }
        guard let lock = try FileLock(trying: path) else {
          throw Failure(.conflict, "a build is at work and may use them", subject: "cache folders")
        }
        lock.unlock()
      }
      for name in (try? listDirectory("\(folder)/caches")) ?? [] {
        try removeTree("\(folder)/caches/\(name)")
        removed += 1
      }
    }
    let steps = try engine.images.pruneSnapshots()
    return (steps.steps, removed, steps.reclaimed)
  }
}
