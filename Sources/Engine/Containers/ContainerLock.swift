import Diagnostics
import Glibc
import Linux

extension ContainerStore {
  /// Waits for and takes the lock of a container. Who holds it may change the container's record and start, stop or
  /// remove it; the kernel takes it back when the process ends, however it ends.
  /// - Throws: `.notFound` where the container was removed meanwhile.
  func lock(_ id: String) throws(Failure) -> FileLock {
    let folder = host.container(id).folder
    do {
      let lock = try FileLock(Descriptor.open(folder, [.readOnly, .directory], step: "locking"))
      // It may have been renamed away (removed) while this waited.
      guard FileStatus.exists("\(folder)/\(ContainerPaths.recordName)"),
        try FileStatus.of(folder).inode == lock.descriptor.status().inode
      else { throw Failure(.notFound, "no such container", subject: "container \(id.prefix(12))") }
      return lock
    } catch {
      if let error = error as? SystemError, error.errno == ENOENT {
        throw Failure(.notFound, "no such container", subject: "container \(id.prefix(12))")
      }
      throw Failure(error)
    }
  }
}
