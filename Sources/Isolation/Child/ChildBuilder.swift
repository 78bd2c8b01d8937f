import Glibc
import Launch
import Linux

/// The child's way from its birth to its program. The process has one thread, a copy of the shim's memory and all its
/// privileges; it never returns to what the shim was doing.
struct ChildBuilder {
  var launch: ContainerLaunch
  var steps: [Step]
  /// To enter; `nil` where this process was born in it.
  var cgroup: (any ControlGroup)?
  var sources: [BindSource]
  var streams: ProgramStreams
  var channel: ChildChannel
  var preparedRoot: Descriptor?
  var inUserNamespace: Bool

  func run() -> Never {
    channel.report(attempt())
    _exit(125)
  }

  private func attempt() -> LaunchFailure {
    do {
      if !inUserNamespace { try ChildBuilder.begin(launch.process, launch.security) }
      try cgroup?.enter()
      var builder = try RootBuilder(
        sources: sources, channel: channel, inUserNamespace: inUserNamespace, preparedRoot: preparedRoot)
      for step in steps { try builder.run(step) }
      return Program(
        process: launch.process, security: launch.security, streams: streams, terminal: builder.terminal,
        root: builder.root, runsUnderInit: launch.initProcess
      ).become(channel: channel)
    } catch { return error }
  }

  /// What every child begins with.
  static func begin(_ process: ProcessLaunch, _ security: SecurityLaunch) throws(LaunchFailure) {
    // Modes that are asked for are the modes that are made.
    umask(0)
    try reporting { () throws(SystemError) in try ProcessControl.setUndumpable() }
    if let adjustment = security.oomScoreAdjustment {
      // The host's /proc is still in place.
      try reporting { () throws(SystemError) in
        try writeExisting("\(adjustment)", to: "/proc/self/oom_score_adj", step: "setting the OOM score in")
      }
    }
  }
}
