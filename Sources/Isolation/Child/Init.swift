import Glibc
import Launch
import Linux

/// `init: true`: process 1 of the container. It waits for orphans, hands signals on to the program, and ends when the
/// program does, with its status.
enum Init {
  /// Makes the program's process. Returns only there; in process 1 this never returns.
  static func fork(_ channel: ChildChannel) throws(LaunchFailure) {
    // Nothing must be lost between the fork and the first wait.
    SignalSet.all.block()
    let child = Glibc.fork()
    if child < 0 { throw LaunchFailure(step: "starting the program under init", errno: errno) }
    if child == 0 { return }
    ProcessControl.setName("davit-init")
    // With the channel: only the program's copy of it shall be open, whose end says that it runs.
    ProcessControl.close(from: 3)
    watch(child)
  }

  private static func watch(_ child: Int32) -> Never {
    var all = sigset_t()
    sigfillset(&all)
    var information = siginfo_t()
    while true {
      let signal = sigwaitinfo(&all, &information)
      switch signal {
      case SIGCHLD:
        while let ended = ChildStatus.reapAny() {
          if ended.pid == child { _exit(ended.status) }
        }
      // Of a background process that touches the terminal: it concerns process 1 alone.
      case SIGTTIN, SIGTTOU: continue
      case 1...: kill(child, signal)
      default: continue
      }
    }
  }
}
