import Glibc
import Launch
import Linux

/// The root of a container with users of its own. The file system is mounted by the host, because a user namespace
/// may not mount an overlay whose upper directory it does not own; its layers are seen through the container's maps
/// (Linux 5.19), so that what is on the disk stays as every other container and tool knows it.
enum MappedRoot {
  /// Only for a single-threaded process: it leaves the mount namespace for a moment.
  /// - Parameter owner: the host's ids of the container's root.
  static func detached(_ root: RootLaunch, users: Descriptor, owner: (uid: UInt32, gid: UInt32))
    throws(LaunchFailure) -> Descriptor
  {
    guard root.kind == .overlay else {
      let tree = try during("mounting root", root.lower.first ?? "") { () throws(SystemError) in
        try Descriptor.open(root.lower[0], .anchor).cloneTree()
      }
      try tree.mapIdentities(to: users, "the root")
      return tree
    }
    let upper = splitPath(root.upper)
    let work = splitPath(root.work)
    // The kernel wants both under one mount.
    precondition(upper.folder == work.folder, "upper and work directory lie side by side")
    var layers: [Descriptor] = []
    for folder in root.lower + [upper.folder] {
      let layer = try during("opening layer", folder) { () throws(SystemError) in
        try Descriptor.open(folder, .anchor).cloneTree()
      }
      try layer.mapIdentities(to: users, "layer \(folder)")
      layers.append(layer)
    }
    return try during("mounting the overlay root on", root.mountPoint) { () throws(SystemError) in
      try inPassingNamespace { () throws(SystemError) in
        // Layers must be somewhere: the kernel takes none from a mount that is nowhere (before Linux 6.15).
        try mount("tmpfs", on: root.mountPoint, type: "tmpfs", data: "mode=700")
        var places: [String] = []
        for (number, layer) in layers.enumerated() {
          let place = "\(root.mountPoint)/\(number)"
          guard mkdir(place, 0o700) == 0 else { throw SystemError("creating", place, errno: errno) }
          try layer.moveMount(to: try Descriptor.open(place, .anchor))
          places.append(place)
        }
        var placed = root
        placed.lower = Array(places.dropLast())
        placed.upper = "\(places.last!)/\(upper.name)"
        placed.work = "\(places.last!)/\(work.name)"
        // An overlay makes files as whoever mounted it, and through the maps this process itself is nobody.
        return try Identity.owningFiles(as: owner.uid, gid: owner.gid) { () throws(SystemError) in
          if Kernel.has(.mountAPI), Kernel.has(.overlayAppendLower) { return try RootMount.detached(placed) }
          placed.mountPoint += "/root"
          guard mkdir(placed.mountPoint, 0o700) == 0 else {
            throw SystemError("creating", placed.mountPoint, errno: errno)
          }
          try RootMount.mountWithoutContext(placed)
          return try Descriptor.open(placed.mountPoint, .anchor).cloneTree()
        }
      }
    }
  }

  /// Runs `body` in a mount namespace of its own, of which nothing stays.
  private static func inPassingNamespace<Value>(_ body: () throws(SystemError) -> Value) throws(SystemError) -> Value {
    let home = try Namespaces.mount.openOwn()
    try Namespaces.mount.unshare()
    let result: Result<Value, SystemError>
    do throws(SystemError) {
      try mount(on: "/", flags: [.private, .recursive], step: "making private the mounts of")
      result = .success(try body())
    } catch { result = .failure(error) }
    try home.join(.mount)
    return try result.get()
  }
}
