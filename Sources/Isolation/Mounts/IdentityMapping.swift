import Glibc
import Launch
import Linux

extension Descriptor {
  /// Shows this detached mount's owners through the maps of `users`: user 0 on the disk is user 0 of that namespace
  /// (mount_setattr(2), ID-mapped mounts).
  func mapIdentities(to users: Descriptor, _ subject: String) throws(LaunchFailure) {
    do { try setMountAttributes(set: .identityMap, users: users) } catch {
      let unknown = error.errno == EINVAL || error.errno == ENOSYS
      throw LaunchFailure(
        step: "showing \(subject) in a user namespace"
          + (unknown ? ": its file system or this kernel has no idmapped mounts" : ""), errno: error.errno)
    }
  }
}
