import Isolation
import Launch
import Linux

/// The sandbox of a real container.
final class LiveSandbox: Sandbox {
  private var container: Container
  private var started: StartedProgram?

  init(_ launch: ContainerLaunch) {
    var launch = launch
    // What the shim did for itself is not for the container.
    launch.security.oomScoreAdjustment = launch.security.oomScoreAdjustment ?? 0
    container = Container(launch)
  }

  func start(_ streams: ProgramStreams) throws(LaunchFailure) -> StartedProgram {
    let program = try container.start(streams)
    started = program
    return program
  }

  func run(_ arguments: [String], output: Descriptor) throws(LaunchFailure) -> StartedProgram {
    guard let started else { throw LaunchFailure(step: "the container is not running") }
    var exec = ExecLaunch()
    exec.pid = started.process.pid
    exec.startTime = started.startTime
    exec.namespaces = container.launch.namespaces.map(\.kind)
    exec.process = container.launch.process
    exec.process.arguments = arguments
    exec.process.terminal = false
    exec.process.createsWorkingDirectory = false
    exec.security = container.launch.security
    // It joins the cgroup as it is: neither limits nor device program are set again.
    exec.cgroup = container.launch.cgroup
    exec.cgroup.writes = []
    exec.cgroup.deviceProgram = []
    exec.forgoneFeatures = container.launch.forgoneFeatures
    let null: Descriptor
    do { null = try .open("/dev/null") } catch { throw LaunchFailure(error) }
    return try Execution(exec).start(.descriptors(input: null.raw, output: output.raw, error: output.raw))
  }

  func freeze() throws(LaunchFailure) { try container.cgroup.setFrozen(true) }
  func thaw() throws(LaunchFailure) { try container.cgroup.setFrozen(false) }
  func setLimits(_ writes: [CgroupLaunch.Write]) {
    var launch = container.launch
    launch.cgroup.writes = writes
    container = Container(launch)
  }

  func memoryKills() -> UInt64 { container.cgroup.oomKills() }
  func processes() -> [Int32] { container.cgroup.processes() }
  func killRest() { container.cgroup.killAll() }
  func runPoststopHooks() -> [LaunchFailure] { container.runPoststopHooks() }

  /// What cannot be removed is found by `davit doctor`.
  func remove() { try? container.cgroup.remove() }
}
