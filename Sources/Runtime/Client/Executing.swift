import Diagnostics
import Glibc
import Launch
import Linux
import Spec

/// A program that was started in a running container by `Runtime.execute`.
public struct ExecutedProgram: Sendable {
  /// The shim that waits for it; its exit status is the program's.
  public let shim: Int32
  /// The program itself, as the host numbers it.
  public let program: LaunchedContainer
  /// The controlling end of its terminal, where it has one.
  public let console: Descriptor?

  /// Waits for the program's end: its exit status, 128 and the signal's number when it was killed.
  public func wait() throws(Failure) -> Int32 {
    do { return try ChildStatus.reap(shim) ?? 0 } catch { throw Failure(error) }
  }
}

extension Runtime {
  /// What a further program of a running container is told: everything that limits the container limits it too.
  /// - Parameters:
  ///   - process: arguments, environment, user, working directory, terminal.
  ///   - container: the container's first process.
  public func execution(
    _ process: ProcessLaunch, in container: LaunchedContainer, of spec: ContainerSpec, id: String,
    privileged: Bool = false, detached: Bool = false
  ) throws(Failure) -> ExecMessage {
    var draft = LaunchDraft(
      spec: spec, program: ProgramSettings(arguments: process.arguments),
      resources: LaunchResources(id: id, root: RootLaunch()))
    var settings = try SecuritySettings(spec)
    if privileged {
      settings.capabilities = try CapabilitySet.container(added: [], dropped: [], privileged: true)
      settings.filter = nil
    }
    try draft.addSecurity(
      settings,
      filter: settings.filter.map { profile throws(Failure) in
        try seccompProgram(profile, capabilities: settings.capabilities)
      })
    var message = ExecMessage()
    message.detached = detached
    message.exec.forgoneFeatures = Kernel.forgone.rawValue
    message.exec.pid = container.pid
    message.exec.startTime = container.startTime
    // Those that are shared with the host are joined too, which changes nothing.
    message.exec.namespaces = [.mount, .pid, .network, .ipc, .uts, .cgroup]
    // That one's own user namespace cannot be joined: setns(2), EINVAL.
    if spec.userns == .private { message.exec.namespaces.append(.user) }
    message.exec.process = process
    message.exec.security = draft.message.container.security
    message.exec.cgroup = try cgroup(for: spec, id: id).launch
    message.exec.cgroup.writes = []
    return message
  }

  /// Starts it. Returns when it runs.
  /// - Parameter streams: become its 0, 1 and 2; none for one with a terminal.
  public func execute(_ message: ExecMessage, by shim: WaitingShim, streams: [Descriptor]) throws(Failure)
    -> ExecutedProgram
  {
    do {
      let (started, console) = try shim.start(message.encoded(), streams)
      return ExecutedProgram(shim: shim.pid, program: started, console: console)
    } catch {
      shim.dismiss()
      throw error
    }
  }
}
