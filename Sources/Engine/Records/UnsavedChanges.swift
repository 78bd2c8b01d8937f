import Diagnostics
import Linux
import Synchronization

/// What was written and is not known to be on the disk: files whose content, and folders whose names, a power cut could
/// still undo.
final class UnsavedChanges: Sendable {
  private let paths = Mutex<Set<String>>([])

  func note(_ new: String...) {
    paths.withLock { $0.formUnion(new) }
  }

  /// Waits for the disk once for all of them. What is gone by now needs no saving.
  func flush() throws(Failure) {
    let all = paths.withLock { paths in
      defer { paths.removeAll() }
      return paths.sorted()
    }
    // Together they share few journal commits; one after the other each would pay for its own.
    let results = WorkerPool.map(all, limit: 4) { path in
      do { try Descriptor.open(path).synchronize() } catch let error as SystemError {
        if error.errno != 2 { throw error.during("saving", path) }
      }
    }
    for case .failure(let error) in results { throw Failure(error) }
  }
}

extension Engine {
  /// Makes what was done durable: one batch for everything since the last call. Called once by a command before it
  /// reports success.
  public func flush() throws { try changes.flush() }
}
