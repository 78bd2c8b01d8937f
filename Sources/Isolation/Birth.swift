import Glibc
import Launch
import Linux

/// A child between its creation and the moment when its program runs, as seen from outside.
struct Birth {
  let process: ProcessDescriptor
  let channel: ParentChannel

  /// Brings the parent back to where it was, waits for the program, and cleans up when either fails.
  /// - Parameter neverExecutes: the process goes on without exec(2) of its own.
  func complete(neverExecutes: Bool = false, _ comeBack: () throws(LaunchFailure) -> Void) throws(LaunchFailure)
    -> StartedProgram
  {
    do throws(LaunchFailure) {
      try comeBack()
      let console = try channel.awaitProgram()
      guard let status = ProcessStatus(pid: process.pid) else {
        throw LaunchFailure(step: "finding the started program", errno: ESRCH)
      }
      // The end of the channel is also what a child leaves that was killed on its way.
      if !neverExecutes, !status.hasExecuted {
        throw LaunchFailure(step: "starting the program: it was killed before it could be executed")
      }
      return StartedProgram(process: process, startTime: status.startTime, console: console)
    } catch {
      channel.socket.close()
      _ = try? process.send(signal: SIGKILL)
      _ = try? ChildStatus.reap(process.pid)
      throw error
    }
  }
}
