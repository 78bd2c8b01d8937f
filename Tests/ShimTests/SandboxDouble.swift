import Glibc
import Isolation
import Launch
import Linux

@testable import Shim

/// A sandbox without walls: programs are ordinary children of the test.
final class SandboxDouble: Sandbox {
  /// What was asked for, in order.
  private(set) var calls: [String] = []
  var kills: UInt64 = 0
  /// The shell script of each start; the last one is used for those that follow.
  var scripts: [String]
  var failure: LaunchFailure?

  init(_ scripts: String...) { self.scripts = scripts }

  func start(_ streams: ProgramStreams) throws(LaunchFailure) -> StartedProgram {
    calls.append("start")
    if let failure { throw failure }
    let script = scripts.count > 1 ? scripts.removeFirst() : scripts[0]
    switch streams {
    case .descriptors(let input, let output, let error):
      return spawn(script, [(input, 0), (output, 1), (error, 2)])
    case .terminal:
      let console = try! Descriptor.open("/dev/ptmx", .readWrite)
      let peer = try! console.terminalPeer()
      var started = spawn(script, [(peer.raw, 0), (peer.raw, 1), (peer.raw, 2)])
      started.console = console
      return started
    }
  }

  func runPoststopHooks() -> [LaunchFailure] { [] }

  func run(_ arguments: [String], output: Descriptor) throws(LaunchFailure) -> StartedProgram {
    calls.append("run")
    if let failure { throw failure }
    return spawn(arguments.last!, [(output.raw, 1), (output.raw, 2)])
  }

  func freeze() { calls.append("freeze") }
  func thaw() { calls.append("thaw") }
  func setLimits(_ writes: [CgroupLaunch.Write]) { calls.append("limits \(writes.map(\.path))") }
  func memoryKills() -> UInt64 { kills }
  func processes() -> [Int32] { [] }
  func killRest() { calls.append("killRest") }
  func remove() { calls.append("remove") }

  private func spawn(_ script: String, _ streams: [(Int32, Int32)]) -> StartedProgram {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (from, to) in streams { posix_spawn_file_actions_adddup2(&actions, from, to) }
    posix_spawnattr_setflags(&attributes, 0x80 /* POSIX_SPAWN_SETSID */)
    var pid: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] =
      ["/bin/sh", "-c", script].map { (word: String) in strdup(word) } + [nil]
    defer { for argument in arguments { free(argument) } }
    posix_spawn(&pid, "/bin/sh", &actions, &attributes, &arguments, environ)
    return try! StartedProgram(
      process: ProcessDescriptor(pid: pid), startTime: ProcessStatus(pid: pid)?.startTime ?? 0)
  }
}
