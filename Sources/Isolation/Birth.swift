import Glibc
import Launch
import Linux

/// A child between its creation and the moment when its program runs, as seen from outside.
struct Birth {
  let process: ProcessDescriptor
  let channel: ParentChannel

  /// Brings the parent back to where it was, waits for the program, and cleans up when either fails.
  /// - Parameters:
  ///   - neverExecutes: the process goes on without exec(2) of its own.
  ///   - hooks: the container's, of which those of the host are run on the way.
  func complete(
    neverExecutes: Bool = false, hooks: [HookLaunch] = [], _ comeBack: () throws(LaunchFailure) -> Void
  ) throws(LaunchFailure) -> StartedProgram {
    do throws(LaunchFailure) {
      try comeBack()
      let console = try channel.awaitProgram { () throws(LaunchFailure) in
        try hooks.run(at: [.prestart, .createRuntime], pid: process.pid)
      }
      guard let status = ProcessStatus(pid: process.pid) else {
        throw LaunchFailure(step: "finding the started program", errno: ESRCH)
      }
      // The end of the channel is also what a child leaves that was killed on its way.
      if !neverExecutes, !status.hasExecuted {
        throw LaunchFailure(step: "starting the program: it was killed before it could be executed")
      }
      try hooks.run(at: [.poststart], pid: process.pid)
      return StartedProgram(process: process, startTime: status.startTime, console: console)
    } catch {
      channel.socket.close()
      _ = try? process.send(signal: SIGKILL)
      _ = try? ChildStatus.reap(process.pid)
      _ = hooks.runAfterEnd()
      throw error
    }
  }
}
