import Diagnostics
import Engine
import Images
import Linux
import OCI
import Synchronization

/// The results of steps: this build's own, those of earlier builds on this machine, and those that other machines keep.
final class StepCache: Sendable {
  private let images: ImageStore
  private let notes: StepNotes
  private let remotes: [any RemoteImages]
  /// Made or used by this build.
  private let used = Mutex<Set<Digest>>([])
  private let offered = Mutex<[Digest: RemoteStep]?>(nil)

  private let warn: @Sendable (Warning) -> Void

  init(
    _ images: ImageStore, _ notes: StepNotes, _ remotes: [any RemoteImages], warn: @escaping @Sendable (Warning) -> Void
  ) {
    self.images = images
    self.notes = notes
    self.remotes = remotes
    self.warn = warn
  }

  /// - Parameter isAllowed: whether results of other builds may be used.
  func find(_ key: Digest, isAllowed: Bool, _ description: StepDescription, _ title: String) throws -> Image? {
    guard isAllowed || used.withLock({ $0.contains(key) }) else { return nil }
    if let image = try images.snapshot(key) {
      notes.touch(key)
      used.withLock { _ = $0.insert(key) }
      return image
    }
    guard isAllowed, !remotes.isEmpty, let step = steps()[key] else { return nil }
    let image = try step.fetch(key, into: images)
    remember(key, title, description)
    return image
  }

  func remember(_ key: Digest, _ title: String, _ description: StepDescription) {
    notes.remember(key, title: title, description)
    used.withLock { _ = $0.insert(key) }
  }

  /// What the other machines have; asked once, when it is first needed.
  private func steps() -> [Digest: RemoteStep] {
    offered.withLock { offered in
      if let offered { return offered }
      var all: [Digest: RemoteStep] = [:]
      for remote in remotes {
        // A cache that is not there is an empty one: it may be about to be made.
        do { all.merge(try RemoteStep.all(in: remote)) { first, _ in first } } catch {
          warn(Warning("--cache-from: \(Failure(error).description); going on without it"))
        }
      }
      offered = all
      return all
    }
  }

  var keys: Set<Digest> { used.withLock { $0 } }
}
