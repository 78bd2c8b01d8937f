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
    let users = launch.namespaces.first { $0.kind == .user }?.join
    let maps = users.map { Descriptor(owning: $0) }
    // The number belongs to the message, which is used again at the next start.
    defer { _ = maps?.release() }
    var sources: [BindSource] = []
    for mount in launch.mounts where mount.kind == .bind {
      sources.append(try BindSource.prepare(mount, users: maps))
    }
    let preparedRoot = try maps.map { maps throws(LaunchFailure) in
      try MappedRoot.detached(launch.root, users: maps, owner: (launch.rootUser, launch.rootGroup))
    }
    let birthplace = try cgroup.birthplace()

    let (parent, child) = try ParentChannel.make()
    let detour = try NamespaceDetour(launch.namespaces)
    defer { detour.finish() }
    let process: ProcessDescriptor?
    do {
      try detour.enter()
      // The cgroup namespace is made later, from inside the cgroup: it shows the one that its maker is in.
      let made = fresh.subtracting(.cgroup)
      process =
        if let users { try makeProcess(made, among: users, in: birthplace, parent, child) } else {
          try reporting { () throws(SystemError) in try Clone.process(made, cgroup: birthplace) }
        }
    } catch {
      try? detour.comeBack()
      throw error
    }
    guard let process else {
      parent.socket.close()
      let builder = ChildBuilder(
        launch: launch, steps: steps, cgroup: users == nil && birthplace == nil ? cgroup : nil, sources: sources,
        streams: streams, channel: child, preparedRoot: preparedRoot, inUserNamespace: users != nil)
      builder.run()
    }
    child.socket.close()
    // Process 1 under init is this program itself and never executes another.
    let birth = Birth(process: process, channel: parent)
    return try birth.complete(neverExecutes: launch.initProcess, hooks: launch.hooks) { () throws(LaunchFailure) in
      try detour.comeBack()
    }
  }

  /// Runs what is to be run on the host when the program has ended, each whatever became of the others.
  /// - Returns: those that failed.
  public func runPoststopHooks() -> [LaunchFailure] { launch.hooks.runAfterEnd() }
}
