import Glibc
import Launch
import Linux

/// A program beside a container's first one: `exec`, health checks, hooks.
public struct Execution: Sendable {
  public let launch: ExecLaunch

  public init(_ launch: ExecLaunch) {
    self.launch = launch
    Kernel.forgo(KernelFeature(rawValue: launch.forgoneFeatures))
  }

  /// Starts the program with exactly the container's limits. Returns when exec(2) has succeeded.
  ///
  /// Only for a single-threaded process, in the host's namespaces.
  /// - Parameter diesWithParent: it ends when this process does; not for a detached program.
  public func start(_ streams: ProgramStreams, diesWithParent: Bool = true) throws(LaunchFailure) -> StartedProgram {
    let target: ProcessDescriptor? = try reporting { () throws(SystemError) in
      try ProcessDescriptor(pid: launch.pid, startTime: launch.startTime)
    }
    guard let target else { throw LaunchFailure(step: "the container is not running") }
    let cgroup = launch.cgroup.controlGroup
    let birthplace = try cgroup.birthplace()
    let namespaces = try JoinedNamespaces(launch.namespaces, of: target)

    let (parent, child) = try ParentChannel.make()
    let process: ProcessDescriptor?
    do {
      try namespaces.enterProcessNamespace()
      process = try reporting { () throws(SystemError) in try Clone.process(cgroup: birthplace) }
    } catch {
      try? namespaces.leaveProcessNamespace()
      throw error
    }
    guard let process else {
      parent.socket.close()
      child.report(attempt(birthplace == nil ? cgroup : nil, streams, namespaces, child, diesWithParent))
      _exit(125)
    }
    child.socket.close()
    return try Birth(process: process, channel: parent).complete { () throws(LaunchFailure) in
      try namespaces.leaveProcessNamespace()
    }
  }

  /// - Parameter cgroup: to enter; `nil` where this process was born in it.
  private func attempt(
    _ cgroup: (any ControlGroup)?, _ streams: ProgramStreams, _ namespaces: JoinedNamespaces, _ channel: ChildChannel,
    _ diesWithParent: Bool
  ) -> LaunchFailure {
    do {
      // Undumpable before the container can see this process: it has the host's privileges for a moment yet.
      try ChildBuilder.begin(launch.process, launch.security)
      try cgroup?.enter()
      try namespaces.join()
      if launch.namespaces.contains(.user) {
        try reporting { () throws(SystemError) in try Identity.become(uid: 0, gid: 0, groups: []) }
      }
      let root = try reporting { () throws(SystemError) in try Descriptor.open("/", .anchor) }
      var terminal: Descriptor?
      if case .terminal = streams {
        terminal = try Console.open(
          in: root, rows: launch.process.rows, columns: launch.process.columns, channel: channel)
      }
      return Program(
        process: launch.process, security: launch.security, streams: streams, terminal: terminal, root: root,
        diesWithParent: diesWithParent
      ).become(channel: channel)
    } catch { return error }
  }
}
