import Diagnostics
import Glibc
import Images
import Linux
import Runtime
import Spec

// The files of a container, reached by descriptor from its root: no path in there is ever given to the kernel as one of
// the host's (CVE-2018-15664, CVE-2019-14271).
extension Engine {
  /// Calls `body` with the root directory that the programs of a container see, its mounts included, and how that is seen
  /// from here. A container that does not run is kept from being started meanwhile.
  func withRoot<Value: Sendable>(
    of record: ContainerRecord, _ body: @escaping @Sendable (Descriptor, OwnerShift) throws -> Value
  ) throws -> Value {
    try host.requirePrivileges()
    if let root = try liveRoot(of: record) { return try among(record, root, body) }
    let lock = try containerStore.lock(record.id)
    defer { lock.unlock() }
    // It may have been started while this waited.
    if let root = try liveRoot(of: record) { return try among(record, root, body) }
    let paths = host.container(record.id)
    let layers = try images.layers(of: image(for: record.spec)) + [host.skeleton]
    try skeleton.make(host)
    let mounts = try mountsAtRest(of: record, layers: layers)
    let work = "\(paths.folder)/copy"
    for folder in [paths.upper, work] { try makeDirectories(folder) }
    defer { try? removeTree(work) }
    let view = try Descriptor.overlay(layers, changes: (paths.upper, work), place: host.mountPoint)
    let mountPoint = host.mountPoint
    // On a thread with a mount namespace of its own, which goes away with it.
    return try Thread.spawn {
      try Namespaces.mount.unshare()
      try mount(on: "/", flags: [.private, .recursive])
      // A path by way of a descriptor is one only as long as that is open.
      try withExtendedLifetime(view) { try mount(view.procPath, on: mountPoint, flags: [.bind]) }
      let root = try Descriptor.open(mountPoint, .anchor)
      for (target, source, isReadOnly) in mounts {
        let isFolder = (try? FileStatus.of(source))?.kind == .directory
        let place = try root.createInRoot(target, as: isFolder ? .directory : .file)
        try withExtendedLifetime(place) { try mount(source, on: place.procPath, flags: [.bind, .recursive]) }
        if isReadOnly {
          let mounted = try root.openInRoot(target, .pathOnly)
          try withExtendedLifetime(mounted) { try mount(on: mounted.procPath, flags: [.remount, .bind, .readOnly]) }
        }
      }
      if record.spec.readOnly { try mount(on: mountPoint, flags: [.remount, .bind, .readOnly]) }
      return try body(Descriptor.open(mountPoint, .anchor), .none)
    }.join()
  }

  /// A running container with users of its own has its files mounted through their map, in which this process' own are
  /// nobody: what it makes belongs to the container's root.
  private func among<Value>(
    _ record: ContainerRecord, _ root: Descriptor, _ body: (Descriptor, OwnerShift) throws -> Value
  ) throws -> Value {
    guard record.spec.userns == .private else { return try body(root, .none) }
    let users = IdentityRange(container: record.id)
    return try Identity.owningFiles(as: users.first, gid: users.first) { () throws(SystemError) in
      Result { try body(root, OwnerShift(first: users.first, count: IdentityRange.count)) }
    }.get()
  }

  /// Through the first process of a container that runs; `nil` where it does not.
  private func liveRoot(of record: ContainerRecord) throws -> Descriptor? {
    guard case .alive(let state) = LiveState.of(host.container(record.id)) else { return nil }
    guard let process = state.process else {
      throw Failure(
        .conflict, "is about to be started again", subject: "container \(record.name)", hint: "try again in a moment")
    }
    let root = try Descriptor.open("/proc/\(process.pid)/root", .anchor)
    // Opened while the process was still the one that is meant.
    guard !process.waitForEnd(timeout: 0) else { throw notRunning(record) }
    return root
  }

  /// Volumes and binds as a start would mount them, outermost first.
  private func mountsAtRest(of record: ContainerRecord, layers: [String]) throws -> [(String, String, Bool)] {
    var resources = LaunchResources(id: record.id, root: .init())
    let special = try addMounts(record, layers: layers, to: &resources)
    return resources.mounts.filter { mount in
      guard [.bind, .volume].contains(mount.spec.kind) else { return false }
      return !special.contains { $0.mount == mount.spec } || mount.spec.subpath != nil
    }.map { (EffectiveSpec.normalized($0.spec.target), $0.source, $0.spec.readOnly) }
      .sorted { $0.0.utf8.count < $1.0.utf8.count }
  }
}
