import Arguments
import Diagnostics
import Engine
import Linux

enum ContainerLogsCommand {
  static var command: Command {
    Command(
      "logs", "Fetch the logs of a container", usage: "[OPTIONS] CONTAINER",
      flags: [
        .boolean("details", nil, "Show extra details provided to logs"),
        .boolean("follow", "f", "Follow log output"),
        .text(
          "since", nil,
          "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)"),
        .text("tail", "n", "Number of lines to show from the end of the logs", initially: "all"),
        .boolean("timestamps", "t", "Show timestamps"),
        .text(
          "until", nil,
          "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)"),
      ], arity: 1...1, positionals: [.containers]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let (showsTime, showsDetails) = (arguments.boolean("timestamps"), arguments.boolean("details"))
    let options = try LogsCommand.options(arguments)
    let writer = EntryWriter(isImmediate: options.follow)
    defer { writer.flush() }
    try invocation.engine().logs(arguments.positionals[0], options) { entry in
      var head: [UInt8] = []
      if showsTime { head = entry.time.ascii(fixedFraction: true) + [32] }
      if showsDetails {
        head += entry.details.utf8
        head.append(32)
      }
      writer.write(head, entry)
      return true
    }
    return ExitStatus.success
  }
}

/// Gathers entries of one stream, so that a long log is not a system call a line.
private final class EntryWriter {
  private var pending: [UInt8] = []
  private var isError = false
  private let isImmediate: Bool

  init(isImmediate: Bool) { self.isImmediate = isImmediate }

  func write(_ head: [UInt8], _ entry: LogEntry) {
    if (entry.stream == .stderr) != isError {
      flush()
      isError.toggle()
    }
    pending += head
    pending += entry.bytes
    if isImmediate || pending.count > 64 << 10 { flush() }
  }

  func flush() {
    (isError ? Output.error : .standard).write(pending)
    pending.removeAll(keepingCapacity: true)
  }
}
