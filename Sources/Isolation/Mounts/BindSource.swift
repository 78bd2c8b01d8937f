import Glibc
import Launch
import Linux

/// What a bind mount shows, taken hold of in the host's mount namespace before the container's exists.
enum BindSource {
  /// A copy of the mount that only needs to be put in place. Its propagation peers are the host's.
  case detached(Descriptor)
  /// Opened again from inside, where the kernel has no detached mounts: a mount of another namespace cannot be bound.
  case path(String)

  /// - Parameter users: the container's own, where it has some.
  static func prepare(_ mount: MountLaunch, users: Descriptor? = nil) throws(LaunchFailure) -> BindSource {
    let source = try prepare(mount)
    guard mount.identityMapped, let users else { return source }
    guard case .detached(let tree) = source else {
      throw LaunchFailure(step: "showing \(mount.subject) in a user namespace", errno: ENOSYS)
    }
    try tree.mapIdentities(to: users, mount.subject)
    return source
  }

  private static func prepare(_ mount: MountLaunch) throws(LaunchFailure) -> BindSource {
    if let namespace = mount.sourceNamespace { return try prepare(mount, in: namespace) }
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

  /// A mount can only be copied from inside its namespace; once it is detached it can be placed anywhere.
  private static func prepare(_ mount: MountLaunch, in number: Int32) throws(LaunchFailure) -> BindSource {
    let namespace = Descriptor(owning: number)
    defer { _ = namespace.release() }
    let home = try reporting { () throws(SystemError) in try Namespaces.mount.openOwn() }
    let copy: Result<Descriptor, SystemError>
    do throws(SystemError) {
      try namespace.join(.mount)
      copy = .success(try Descriptor.open("/", .anchor).openInRoot(mount.source, .pathOnly).cloneTree())
    } catch { copy = .failure(error) }
    try reporting { () throws(SystemError) in try home.join(.mount) }
    return .detached(try during("opening \(mount.subject)", mount.source) { () throws(SystemError) in try copy.get() })
  }
}
