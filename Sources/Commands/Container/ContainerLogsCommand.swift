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
        head +=
          entry.attributes.sorted { $0.key < $1.key }.map { "\(Self.escaped($0.key))=\(Self.escaped($0.value))" }
          .joined(separator: ",").utf8
        head.append(32)
      }
      writer.write(head, entry)
      return true
    }
    return ExitStatus.success
  }

  /// As in a URL: what separates details cannot be in one.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      let isPlain =
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || [45, 46, 95, 126].contains(byte)
      if isPlain {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += byte == 32 ? "+" : "%" + (digits.utf8.count < 2 ? "0" : "") + digits
      }
    }
    return result
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
