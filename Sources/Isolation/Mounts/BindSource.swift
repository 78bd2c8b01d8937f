import Glibc
import Launch
import Linux

/// What a bind mount shows, taken hold of in the host's mount namespace before the container's exists.
enum BindSource {
  /// A copy of the mount that only needs to be put in place. Its propagation peers are the host's.
  case detached(Descriptor)
  /// Opened again from inside, where the kernel has no detached mounts: a mount of another namespace cannot be bound.
  case path(String)

  static func prepare(_ mount: MountLaunch) throws(LaunchFailure) -> BindSource {
    let recursive = MountFlags(rawValue: mount.flags).contains(.recursive)
    let held = mount.sourceDescriptor.map { Descriptor(owning: $0) }
    // The number belongs to the message, for the next start too.
    defer { _ = held?.release() }
    if Kernel.has(.mountAPI) {
      do {
        let place: Descriptor
        if let held { place = held } else { place = try Descriptor.open(mount.source, .pathOnly) }
        return .detached(try place.cloneTree(recursive: recursive))
      } catch {
        guard error.errno == ENOSYS else {
          throw LaunchFailure(step: "opening \(mount.subject)", path: mount.source, errno: error.errno)
        }
        Kernel.forgo(.mountAPI)
      }
    }
    guard let held else { return .path(mount.source) }
    return .path(
      try during("opening \(mount.subject)", mount.source) { () throws(SystemError) in
        try readLink(held.procPath)
      })
  }
}
