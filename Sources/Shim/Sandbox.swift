import Isolation
import Launch
import Linux

/// What the shim asks of the isolation code. A double stands in for it in tests.
protocol Sandbox: AnyObject {
  /// Makes the container afresh (the cgroup and joined namespaces stay) and starts its program.
  func start(_ streams: ProgramStreams) throws(LaunchFailure) -> StartedProgram
  /// Starts a program beside it with the container's privileges; its output goes to `output`. It is a child of this
  /// process, and leads a session of its own.
  func run(_ arguments: [String], output: Descriptor) throws(LaunchFailure) -> StartedProgram
  func freeze() throws(LaunchFailure)
  func thaw() throws(LaunchFailure)
  /// What the cgroup is set to when the program is started again.
  func setLimits(_ writes: [CgroupLaunch.Write])
  /// How often the kernel killed something of the container because its memory was used up.
  func memoryKills() -> UInt64
  /// The processes in the cgroup, as the host numbers them.
  func processes() -> [Int32]
  /// Kills what is left in the cgroup: programs that outlived the first one, which a shared pid namespace allows.
  func killRest()
  /// Runs the hooks for the time after the program's end.
  /// - Returns: what became of those that failed.
  func runPoststopHooks() -> [LaunchFailure]
  /// Removes the cgroup.
  func remove()
}
