import Linux
import OCI

/// Keeps two commands from downloading the same blobs: whoever comes second waits, and finds them in the store.
final class DownloadLocks {
  private let folder: Descriptor
  private var held: [(name: String, lock: FileLock)] = []

  /// Waits for all of the blobs. They are taken in one order everywhere, so that no two commands wait for each other.
  /// - Parameter waiting: told of a blob that another command holds.
  init(_ layout: StoreLayout, _ blobs: Set<Digest>, waiting: (Digest) -> Void) throws {
    try makeDirectories(layout.downloads, mode: 0o700)
    folder = try Descriptor.open(layout.downloads, .anchor)
    for digest in blobs.sorted() {
      let name = digest.algorithm.rawValue + "-" + digest.hex
      held.append((name, try Self.lock(name, layout, folder) { waiting(digest) }))
    }
  }

  private static func lock(_ name: String, _ layout: StoreLayout, _ folder: Descriptor, _ waiting: () -> Void) throws
    -> FileLock
  {
    let path = layout.downloads + "/" + name
    while true {
      var lock = try FileLock(trying: path)
      if lock == nil {
        waiting()
        lock = try FileLock(path)
      }
      // The one before may have removed the file that we waited for.
      if let there = try? folder.status(of: name), try lock!.descriptor.status().inode == there.inode { return lock! }
    }
  }

  /// The files go while they are locked: nobody else can be between opening and finding out.
  deinit {
    for (name, lock) in held {
      try? folder.unlink(name)
      lock.unlock()
    }
  }
}
