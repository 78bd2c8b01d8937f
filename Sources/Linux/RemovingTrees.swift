import CLinux
import Glibc

extension Descriptor {
  /// Removes `name` in this directory and all below it. No symbolic link is followed, and no other file system is
  /// entered. A name that is not there is no error.
  public func removeTree(_ name: String) throws(SystemError) { try removeTree(FileName(name)) }

  /// See `removeTree(_:)`; names are bytes, because a container may give its files any.
  public func removeTree(_ name: FileName) throws(SystemError) {
    do {
      try unlink(name)
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
    try folder.empty(device: inside)
    try removeDirectory(name)
  }

  /// Removes everything in this directory, which must be open for reading; see `removeTree(_:)`.
  public func removeContents() throws(SystemError) { try empty(device: try status().device) }

  private func empty(device: UInt64) throws(SystemError) {
    for (name, kind) in try fileNames() {
      if kind == .directory, try status(of: name).device != device {
        throw SystemError("removing", "\(name)", errno: EBUSY)
      }
      try removeTree(name)
    }
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
