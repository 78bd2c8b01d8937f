import CLinux
import Glibc

extension Descriptor {
  /// Removes `name` in this directory and all below it. No symbolic link is followed, and no other file system is
  /// entered. A name that is not there is no error.
  public func removeTree(_ name: String) throws(SystemError) { try removeTree(FileName(name)) }

  /// See `removeTree(_:)`; names are bytes, because a container may give its files any.
  public func removeTree(_ name: FileName) throws(SystemError) { try removeTree(name, slowBeyond: Pace.slow) }

  /// - Parameter nanoseconds: a file; where they take longer, threads remove them.
  func removeTree(_ name: FileName, slowBeyond nanoseconds: Int64) throws(SystemError) {
    var pace = Pace(limit: nanoseconds)
    try removeTree(name, &pace)
  }

  private func removeTree(_ name: FileName, _ pace: inout Pace) throws(SystemError) {
    do {
      try unlink(name)
      pace.count += 1
      return
    } catch {
      switch error.errno {
      case ENOENT: return
      case EISDIR, EPERM: break  // POSIX lets unlink of a directory fail with either.
      default: throw error
      }
    }
    do {
      try removeDirectory(name)
      return
    } catch {
      if error.errno != ENOTEMPTY, error.errno != EEXIST { throw error }
    }
    let device = try status().device
    let folder = try open(name, [.readOnly, .directory], step: "removing")
    // Another file system is mounted here: not ours to empty.
    let inside = try folder.status().device
    if inside != device { throw SystemError("removing", "\(name)", errno: EBUSY) }
    try folder.empty(device: inside, &pace)
    try removeDirectory(name)
  }

  /// Removes everything in this directory, which must be open for reading; see `removeTree(_:)`.
  public func removeContents() throws(SystemError) {
    var pace = Pace(limit: Pace.slow)
    try empty(device: try status().device, &pace)
  }

  private func empty(device: UInt64, _ pace: inout Pace) throws(SystemError) {
    let entries = try fileNames()
    for (place, entry) in entries.enumerated() {
      if pace.isSlow, entries.count - place > 4 { return try emptyAtOnce(entries[place...], device) }
      try remove(entry, device, &pace)
    }
  }

  private func remove(
    _ entry: (name: FileName, kind: FileStatus.Kind?), _ device: UInt64, _ pace: inout Pace
  ) throws(SystemError) {
    if entry.kind == .directory, try status(of: entry.name).device != device {
      throw SystemError("removing", "\(entry.name)", errno: EBUSY)
    }
    try removeTree(entry.name, &pace)
  }

  /// On threads, of which each waits for the disk.
  private func emptyAtOnce(_ entries: ArraySlice<(name: FileName, kind: FileStatus.Kind?)>, _ device: UInt64)
    throws(SystemError)
  {
    let results = WorkerPool.map(Array(entries), limit: Pace.parallel) { entry in
      var pace = Pace(limit: .max)
      try self.remove(entry, device, &pace)
    }
    for result in results {
      if case .failure(let error) = result { throw error as? SystemError ?? SystemError("removing", errno: EIO) }
    }
  }

  /// How fast files go. A file system that tells the disk of every freed block at once (mounted with `discard`, without a
  /// journal) waits for it each time: a millisecond or more for a file, which takes many at once no longer than one.
  private struct Pace {
    static let parallel = 16
    /// Nanoseconds for a file.
    static let slow: Int64 = 300_000
    /// Nanoseconds for a file.
    let limit: Int64
    /// Files.
    var count = 0
    private let start = Monotonic.now

    init(limit: Int64) { self.limit = limit }

    var isSlow: Bool { count >= 16 && (Monotonic.now - start) / Int64(count) > limit }
  }
}

/// Removes the trusted path and all below it; see `Descriptor.removeTree`.
public func removeTree(_ path: String) throws(SystemError) {
  let (folder, name) = splitPath(path)
  let parent: Descriptor
  do { parent = try Descriptor.open(folder, .anchor) } catch {
    if error.errno == ENOENT { return }
    throw error
  }
  try parent.removeTree(name)
}
