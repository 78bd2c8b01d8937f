import Glibc
import Launch
import Linux

extension RootBuilder {
  /// /sys/fs/cgroup: the unified hierarchy, or a small tmpfs with one folder for each of the older ones. In a cgroup
  /// namespace of its own the container is the root of each.
  func mountCgroup(_ mount: MountLaunch, _ cgroup: CgroupLaunch) throws(LaunchFailure) {
    let flags = MountFlags(rawValue: mount.flags)
    let place = try target(mount)
    try during("mounting \(mount.subject) on", mount.target) { () throws(SystemError) in
      switch cgroup.version {
      case .none: return
      case .v2: try Linux.mount("cgroup", on: place.procPath, type: "cgroup2", flags: flags)
      case .v1:
        try Linux.mount(
          "tmpfs", on: place.procPath, type: "tmpfs", flags: flags.subtracting(.readOnly), data: "mode=755")
        let folder = try root.openInRoot(mount.target, .anchor)
        for directory in cgroup.directories {
          let name = directory.controllers.joined(separator: ",")
          let shown = name.hasPrefix("name=") ? String(name.dropFirst(5)) : name
          try folder.makeDirectory(shown)
          let hierarchy = try folder.open(shown, .anchor)
          try Linux.mount("cgroup", on: hierarchy.procPath, type: "cgroup", flags: flags, data: name)
          // `cpu,cpuacct` is looked for by either name.
          if directory.controllers.count > 1 {
            for controller in directory.controllers { try folder.makeSymbolicLink(controller, saying: shown) }
          }
        }
        if flags.contains(.readOnly) { try folder.addMountFlags(.readOnly) }
      }
    }
  }
}
