import Diagnostics
import Linux
import OCI

/// Keeps two stages, or two builds, from making the same step at once: whoever comes second waits and finds the result.
final class StepLock {
  private let folder: Descriptor
  private let name: String
  private let lock: FileLock

  init(_ builds: String, _ key: Digest, _ cancellation: Cancellation?) throws {
    let path = "\(builds)/making"
    try makeDirectories(path, mode: 0o700)
    folder = try Descriptor.open(path, .anchor)
    name = key.hex
    while true {
      try cancellation?.check()
      if let lock = try FileLock(trying: "\(path)/\(name)") {
        // The one before may have removed the file between its opening and its locking.
        if let there = try? folder.status(of: name), try lock.descriptor.status().inode == there.inode {
          self.lock = lock
          return
        }
        continue
      }
      Monotonic.sleep(nanoseconds: 5_000_000)
    }
  }

  /// The file goes while it is locked.
  deinit {
    try? folder.unlink(name)
    lock.unlock()
  }
}
