import Glibc
import Launch
import Linux

extension RootBuilder {
  /// Puts a bind mount in place with the attributes that were asked for; those that its source has stay on.
  func bind(_ mount: MountLaunch, _ source: BindSource) throws(LaunchFailure) {
    let flags = MountFlags(rawValue: mount.flags)
    let place = try target(mount)
    try requireSameKind(mount, place)
    try during("mounting \(mount.subject) on", mount.target) { () throws(SystemError) in
      switch source {
      case .detached(let tree):
        if try restrictDetached(tree, mount, flags) { return try tree.moveMount(to: place) }
        try tree.moveMount(to: place)
      case .path(let path):
        try Linux.mount(path, on: place.procPath, flags: flags.intersection(.recursive).union(.bind))
      }
      try restrict(try root.openInRoot(mount.target, .pathOnly), mount, flags)
    }
  }

  /// Restricts a mount before anybody can see it. `false` where the kernel can change only what is in place.
  private func restrictDetached(_ tree: Descriptor, _ mount: MountLaunch, _ flags: MountFlags) throws(SystemError)
    -> Bool
  {
    guard Kernel.has(.mountSetAttributes) else { return false }
    do throws(SystemError) {
      // Changes nothing, and is only asked because what older kernels have instead works on mounts in place alone.
      try tree.setMountAttributes()
    } catch {
      if error.errno != ENOSYS { throw error }
      Kernel.forgo(.mountSetAttributes)
      return false
    }
    try restrict(tree, mount, flags)
    return true
  }

  /// The kernel's own answer to a file on a directory, or the other way round, is "Invalid argument".
  private func requireSameKind(_ mount: MountLaunch, _ place: Descriptor) throws(LaunchFailure) {
    let isDirectory = (try? place.status().kind) == .directory
    let wantsDirectory = mount.creation != .file
    if isDirectory != wantsDirectory {
      throw LaunchFailure(
        step: "mounting \(mount.subject) on", path: mount.target, errno: wantsDirectory ? ENOTDIR : EISDIR)
    }
  }

  private func restrict(_ mounted: Descriptor, _ mount: MountLaunch, _ flags: MountFlags) throws(SystemError) {
    let propagation = mount.propagation == 0 ? [.private, .recursive] : MountFlags(rawValue: mount.propagation)
    try mounted.setPropagation(propagation)
    let wanted = flags.intersection(.perMount)
    if !wanted.isEmpty { try mounted.addMountFlags(wanted) }
    if mount.recursiveReadOnly {
      do { try mounted.addMountFlags(.readOnly, recursive: true) } catch {
        if mount.requiresRecursiveReadOnly || error.errno != ENOSYS { throw error }
      }
    }
  }
}

extension Descriptor {
  /// Turns flags on for the mount at this place, without turning any off; `recursive` for those below it too (ENOSYS
  /// where the kernel has no mount_setattr(2)).
  func addMountFlags(_ flags: MountFlags, recursive: Bool = false) throws(SystemError) {
    if Kernel.has(.mountSetAttributes) {
      do {
        let changesAccessTimes = !flags.isDisjoint(with: [.noAccessTimes, .strictAccessTimes, .relativeAccessTimes])
        return try setMountAttributes(
          set: MountAttributes(flags), clear: changesAccessTimes ? .accessTimes : [], recursive: recursive)
      } catch {
        if error.errno != ENOSYS { throw error }
        Kernel.forgo(.mountSetAttributes)
      }
    }
    if recursive { throw SystemError("changing mount attributes", errno: ENOSYS) }
    // A remount replaces all flags: those that are on, and in a user namespace locked, must be said again.
    var existing = statvfs()
    guard fstatvfs(raw, &existing) == 0 else { throw SystemError("examining the mount", errno: errno) }
    let kept = MountFlags(rawValue: UInt64(existing.f_flag)).intersection([
      .readOnly, .noSetUserID, .noDevices, .noExecute, .noAccessTimes, .noDirectoryAccessTimes,
    ])
    try Linux.mount(on: procPath, flags: flags.union(kept).union([.remount, .bind]))
  }

  /// MS_PRIVATE, MS_SLAVE, MS_SHARED or MS_UNBINDABLE, with MS_REC for the mounts below too.
  func setPropagation(_ flags: MountFlags) throws(SystemError) {
    if Kernel.has(.mountSetAttributes) {
      do {
        return try setMountAttributes(
          propagation: flags.intersection(.propagation), recursive: flags.contains(.recursive))
      } catch {
        if error.errno != ENOSYS { throw error }
        Kernel.forgo(.mountSetAttributes)
      }
    }
    try Linux.mount(on: procPath, flags: flags)
  }
}
