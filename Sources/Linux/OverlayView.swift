import CLinux
import Glibc

extension Descriptor {
  /// Layers as overlayfs shows them together, mounted nowhere: only who has the descriptor sees them.
  /// - Parameters:
  ///   - layers: topmost first; two at least where nothing can be changed.
  ///   - changes: where what is changed goes, and a folder beside it that overlayfs works in; `nil`: nothing can be
  ///     changed.
  ///   - isVolatile: whoever uses it sees to what has to reach the disk; else unmounting waits for all that the file system
  ///     of the changes has not written yet.
  ///   - place: any folder, over which old kernels mount it for a moment, out of everybody's sight.
  public static func overlay(
    _ layers: [String], changes: (upper: String, work: String)?, isVolatile: Bool = false, place: String
  )
    throws -> Descriptor
  {
    if Kernel.has(.mountAPI), Kernel.has(.overlayAppendLower) {
      let context = try FileSystemContext("overlay")
      do throws(SystemError) {
        for layer in layers { try context.set("lowerdir+", layer) }
        if let changes {
          try context.set("upperdir", changes.upper)
          try context.set("workdir", changes.work)
          if isVolatile { try context.set(flag: "volatile") }
        }
        return try context.mount()
      } catch { if error.errno != EINVAL { throw error } }
    }
    return try mountAside(layers, changes, place)
  }

  /// For kernels before 6.5: in a mount namespace of a thread's own, which is gone before this returns.
  private static func mountAside(_ layers: [String], _ changes: (upper: String, work: String)?, _ place: String) throws
    -> Descriptor
  {
    try Thread.spawn {
      try Namespaces.mount.unshare()
      try Linux.mount(on: "/", flags: [.private, .recursive])
      // mount(2) takes a page of options: layers are named by descriptors, which also need no escapes. They are opened
      // here, because overlayfs refuses what lies on another mount namespace's mounts.
      let places = try layers.map { try Descriptor.open($0, .anchor) }
      var options = "lowerdir=" + places.map(\.procPath).joined(separator: ":")
      if let changes { options += ",upperdir=\(changes.upper),workdir=\(changes.work)" }
      guard options.utf8.count < 4095 else { throw SystemError("mounting so many layers", errno: E2BIG) }
      // The optimiser would close them after their last mention.
      try withExtendedLifetime(places) {
        try Linux.mount("overlay", on: place, type: "overlay", data: options)
      }
      return try Descriptor.open(place, .anchor)
    }.join()
  }
}
