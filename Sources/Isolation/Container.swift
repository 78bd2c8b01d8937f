import Glibc
import Launch
import Linux

/// A container as its shim makes it, as often as it is restarted.
public struct Container: Sendable {
  public let launch: ContainerLaunch
  public let cgroup: any ControlGroup

  public init(_ launch: ContainerLaunch) {
    self.launch = launch
    Kernel.forgo(KernelFeature(rawValue: launch.forgoneFeatures))
    cgroup = launch.cgroup.controlGroup
  }

  /// Starts the program. Returns when exec(2) has succeeded; when anything fails, nothing is left but the cgroup,
  /// which `cgroup.remove()` takes away.
  ///
  /// Only for a single-threaded process, in the host's namespaces.
  public func start(_ streams: ProgramStreams) throws(LaunchFailure) -> StartedProgram {
    let steps = BuildPlan.steps(for: launch)
    let fresh = launch.namespaces.filter { $0.join == nil }.reduce(into: Namespaces()) { $0.insert($1.kind.flag) }
    var sources: [BindSource] = []
    for mount in launch.mounts where mount.kind == .bind { sources.append(try BindSource.prepare(mount)) }
    // A user namespace may not mount an overlay whose upper directory it does not own.
    var preparedRoot: Descriptor?
    if fresh.contains(.user), Kernel.has(.mountAPI) {
      preparedRoot = try during("mounting the root on", launch.root.mountPoint) { () throws(SystemError) in
        try RootMount.detached(launch.root)
      }
    }
    let birthplace = try cgroup.birthplace()

    let (parent, child) = try ParentChannel.make()
    let detour = try NamespaceDetour(launch.namespaces)
    defer { detour.finish() }
    let process: ProcessDescriptor?
    do {
      try detour.enter()
      // The cgroup namespace is made later, from inside the cgroup: it shows the one that its maker is in.
      process = try reporting { () throws(SystemError) in
        try Clone.process(fresh.subtracting(.cgroup), cgroup: birthplace)
      }
    } catch {
      try? detour.comeBack()
      throw error
    }
    guard let process else {
      parent.socket.close()
      let builder = ChildBuilder(
        launch: launch, steps: steps, sources: sources, streams: streams, channel: child, preparedRoot: preparedRoot,
        inUserNamespace: fresh.contains(.user))
      builder.run()
    }
    child.socket.close()
    // Process 1 under init is this program itself and never executes another.
    let birth = Birth(process: process, channel: parent)
    return try birth.complete(neverExecutes: launch.initProcess) { () throws(LaunchFailure) in
      try detour.comeBack()
      if fresh.contains(.user) { try IdentityMaps.write(launch, of: process.pid) }
      // While the child mounts: joining a v1 hierarchy may sleep for as long as all the rest takes.
      if birthplace == nil {
        try cgroup.prepare()
        try cgroup.add(process.pid)
      }
    }
  }
}
