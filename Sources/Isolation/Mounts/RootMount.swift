import Glibc
import Launch
import Linux

/// The container's root file system on its mount point.
enum RootMount {
  /// - Parameter prepared: the detached root, when it was made outside.
  /// - Returns: its root directory.
  static func attach(_ root: RootLaunch, prepared: Descriptor?) throws(LaunchFailure) -> Descriptor {
    let step = root.kind == .overlay ? "mounting the overlay root on" : "mounting root \(root.lower.first ?? "") on"
    return try during(step, root.mountPoint) { () throws(SystemError) in
      // Users of the container's own may not go through the host's folders. On top of `/` it covers nothing: this
      // process' paths begin below it until it pivots.
      let place = try Descriptor.open(prepared == nil ? root.mountPoint : "/", .anchor)
      var detached = prepared
      if detached == nil { detached = try detachedIfPossible(root) }
      if let mounted = detached {
        try mounted.moveMount(to: place)
        return mounted
      }
      switch root.kind {
      case .directory:
        try mount(root.lower[0], on: root.mountPoint, flags: [.bind, .recursive])
        try mount(on: root.mountPoint, flags: [.private, .recursive])
      case .overlay: try mountWithoutContext(root)
      }
      return try Descriptor.open(root.mountPoint, .anchor)
    }
  }

  /// `nil` where the kernel is too old, which is then known.
  private static func detachedIfPossible(_ root: RootLaunch) throws(SystemError) -> Descriptor? {
    let feature: KernelFeature = root.kind == .overlay ? .overlayAppendLower : .mountSetAttributes
    guard Kernel.has(.mountAPI), Kernel.has(feature) else { return nil }
    do throws(SystemError) { return try detached(root) } catch {
      if error.errno != ENOSYS { throw error }
      if Kernel.has(.overlayAppendLower) { Kernel.forgo(.mountAPI) }
      return nil
    }
  }

  /// The root as a mount that is nowhere yet.
  static func detached(_ root: RootLaunch) throws(SystemError) -> Descriptor {
    switch root.kind {
    case .directory:
      let tree = try Descriptor.open(root.lower[0], .anchor).cloneTree(recursive: true)
      try tree.setPropagation([.private, .recursive])
      return tree
    case .overlay:
      let context = try FileSystemContext("overlay")
      // `lowerdir+` takes one layer at a time, without limit on the whole and without escapes (Linux 6.5). One
      // `lowerdir` is cut at 256 bytes by fsconfig(2), so that the older mount(2) must serve there.
      for (index, layer) in root.lower.enumerated() {
        do { try context.set("lowerdir+", layer) } catch {
          guard index == 0, error.errno == EINVAL else { throw error }
          Kernel.forgo(.overlayAppendLower)
          throw SystemError("setting overlay option", "lowerdir+", errno: ENOSYS)
        }
      }
      try context.set("upperdir", root.upper)
      try context.set("workdir", root.work)
      for option in root.options {
        let parts = option.split(separator: "=", maxSplits: 1)
        if parts.count == 2 {
          try context.set(String(parts[0]), String(parts[1]))
        } else {
          try context.set(flag: option)
        }
      }
      return try context.mount()
    }
  }

  /// mount(2) takes a page of options: long lists of layers are named by descriptors, which also need no escapes.
  static func mountWithoutContext(_ root: RootLaunch) throws(SystemError) {
    let paths = root.lower + [root.upper, root.work]
    // Kernels that need this may be older than that option (Linux 5.10), which only saves time.
    let further = root.options.filter { $0 != RootLaunch.volatile }
    let plain = options(lower: root.lower, upper: root.upper, work: root.work, further)
    let isPlain = plain.utf8.count < 4000 && !paths.contains { $0.contains { ",:\\".contains($0) } }
    if isPlain { return try mount("overlay", on: root.mountPoint, type: "overlay", data: plain) }
    var places: [Descriptor] = []
    for path in paths { places.append(try Descriptor.open(path, .anchor)) }
    let names = places.map(\.procPath)
    let short = options(
      lower: Array(names.dropLast(2)), upper: names[names.count - 2], work: names[names.count - 1], further)
    // The optimiser would close the layers after their last mention.
    try withExtendedLifetime(places) { () throws(SystemError) in
      try mount("overlay", on: root.mountPoint, type: "overlay", data: short)
    }
  }

  private static func options(lower: [String], upper: String, work: String, _ further: [String]) -> String {
    (["lowerdir=" + lower.joined(separator: ":"), "upperdir=" + upper, "workdir=" + work] + further)
      .joined(separator: ",")
  }
}
