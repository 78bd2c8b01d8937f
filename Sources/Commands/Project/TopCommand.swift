import Arguments
import Diagnostics
import Engine
import Presentation

enum TopCommand {
  static var command: Command {
    Command(
      "top", "Display the running processes", usage: "[SERVICES...]", arity: .atLeast(0), positionals: [.services]
    ) { arguments in
      let (engine, _, containers) = try Invocation(arguments).selected(arguments.positionals, where: \.isRunning)
      var table = Table(
        ["SERVICE", "#", "UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"], minimumWidth: 4, gap: 2)
      for container in containers {
        let owner = container.record.owner
        for process in try engine.top(container.id) {
          table.rows.append(
            [owner?.service ?? "", "\(owner?.number ?? 0)", process.user, "\(process.pid)", "\(process.parent)", "0"]
              + [process.started, process.terminal, clock(process.cpuSeconds), process.command])
        }
      }
      if !table.rows.isEmpty { Output.standard.write(table.text) }
      return ExitStatus.success
    }
  }

  /// `00:01:30`
  static func clock(_ seconds: Int64) -> String {
    [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }
}
