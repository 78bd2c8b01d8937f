import Glibc
import Launch
import Linux

extension RootBuilder {
  /// A node in /dev; in a user namespace, where nodes cannot be made, the host's own bound there.
  func makeDevice(_ device: DeviceLaunch) throws(LaunchFailure) {
    try during("making device", device.path) { () throws(SystemError) in
      let (folder, name) = splitPath(device.path)
      let parent = try root.makeDirectoriesInRoot(folder)
      if !inUserNamespace {
        do throws(SystemError) {
          return try parent.makeNode(
            name, mode: device.mode, major: device.major, minor: device.minor, uid: device.uid, gid: device.gid)
        } catch {
          switch error.errno {
          case EEXIST: return
          case EPERM: break  // Inside another container: no CAP_MKNOD, or the device cgroup forbids it.
          default: throw error
          }
        }
      }
      let place = try root.createInRoot(device.path, as: .file)
      try Linux.mount(device.hostPath, on: place.procPath, flags: .bind)
    }
  }

  func link(_ path: String, _ target: String) throws(LaunchFailure) {
    try during("making link", path) { () throws(SystemError) in
      let (folder, name) = splitPath(path)
      try root.openInRoot(folder, .anchor).makeSymbolicLink(name, saying: target)
    }
  }
}
