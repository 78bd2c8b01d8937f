import Arguments
import Diagnostics
import Engine
import Presentation

/// What is asked of one container: its processes, ports and changes.
enum ContainerLookCommands {
  static var all: [Command] { [top, port, diff] }

  private static var top: Command {
    var command = Command(
      "top", "Display the running processes of a container", usage: "CONTAINER [ps OPTIONS]", arity: .atLeast(1),
      positionals: [.containers, .none]
    ) { arguments in
      let processes = try Invocation(arguments).engine().top(arguments.positionals[0])
      let columns = try ProcessColumn.chosen(Array(arguments.positionals.dropFirst()))
      var table = Table(columns.map(\.heading), minimumWidth: 20, gap: 0)
      table.rows = processes.map { process in columns.map { $0.text(process) } }
      Output.standard.write(table.text)
      return ExitStatus.success
    }
    command.stopsAtFirstPositional = true
    return command
  }

  private static var port: Command {
    Command(
      "port", "List port mappings or a specific mapping for the container",
      usage: "CONTAINER [PRIVATE_PORT[/PROTO]]", arity: 1...2, positionals: [.containers, .none]
    ) { arguments in
      let container = try Invocation(arguments).engine().container(arguments.positionals[0])
      var ports = container.ports.sorted {
        ($0.containerPort, $0.transport.rawValue, $0.hostAddress) < (
          $1.containerPort, $1.transport.rawValue, $1.hostAddress
        )
      }
      func address(_ port: BoundPort) -> String {
        port.hostAddress.contains(":")
          ? "[\(port.hostAddress)]:\(port.hostPort)" : "\(port.hostAddress):\(port.hostPort)"
      }
      guard arguments.positionals.count > 1 else {
        for port in ports {
          Output.standard.print("\(port.containerPort)/\(port.transport.rawValue) -> \(address(port))")
        }
        return ExitStatus.success
      }
      let wanted = arguments.positionals[1]
      let parts = wanted.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count <= 2, let number = UInt16(parts[0]) else {
        throw Failure(.invalidInput, "invalid port \"\(wanted)\"", hint: "write 80 or 53/udp")
      }
      let transport = parts.count > 1 ? parts[1].lowercased() : "tcp"
      ports.removeAll { $0.containerPort != number || $0.transport.rawValue != transport }
      guard !ports.isEmpty else {
        throw Failure(.notFound, "no public port '\(wanted)' published for \(container.name)")
      }
      for port in ports { Output.standard.print(address(port)) }
      return ExitStatus.success
    }
  }

  private static var diff: Command {
    Command(
      "diff", "Inspect changes to files or directories on a container's filesystem", usage: "CONTAINER", arity: 1...1,
      positionals: [.containers]
    ) { arguments in
      let changes = try Invocation(arguments).engine().changes(arguments.positionals[0])
      Output.standard.write(changes.map { "\($0.kind.letter) \($0.path)\n" }.joined())
      return ExitStatus.success
    }
  }
}

/// A column of `top`, by the names that ps(1) has for it.
struct ProcessColumn: Sendable {
  var heading: String
  var text: @Sendable (ProcessView) -> String

  private static let known: [(names: [String], column: ProcessColumn)] = [
    (["uid", "user", "euser", "uname"], ProcessColumn(heading: "UID") { $0.user }),
    (["pid", "tgid"], ProcessColumn(heading: "PID") { "\($0.pid)" }),
    (["ppid"], ProcessColumn(heading: "PPID") { "\($0.parent)" }), (["c"], ProcessColumn(heading: "C") { _ in "0" }),
    (["stime", "start", "start_time"], ProcessColumn(heading: "STIME") { $0.started }),
    (["tty", "tt", "tname"], ProcessColumn(heading: "TTY") { $0.terminal }),
    (["time", "cputime"], ProcessColumn(heading: "TIME") { TopCommand.clock($0.cpuSeconds) }),
    (["cmd", "args", "command"], ProcessColumn(heading: "CMD") { $0.command }),
    (
      ["comm", "ucmd", "ucomm"],
      ProcessColumn(heading: "COMMAND") { process in
        let program = process.command.split(separator: " ").first ?? ""
        return String(program.split(separator: "/").last ?? program)
      }
    ),
  ]

  /// What the options of ps(1) choose, as far as Davit, which reads /proc itself, has it: `-o pid,cmd`, `-ef`, `aux`.
  static func chosen(_ options: [String]) throws(Failure) -> [ProcessColumn] {
    var words = options[...]
    var chosen: [ProcessColumn] = []
    while let word = words.popFirst() {
      if ["-ef", "-e", "-f", "-eF", "-A", "aux", "-aux", "ax", "a", "u", "x"].contains(word) { continue }
      var list: String?
      if ["-o", "o", "-eo", "-Ao", "--format"].contains(word) {
        list = words.popFirst()
      } else if word.hasPrefix("-o") {
        list = String(word.dropFirst(2))
      } else if word.hasPrefix("--format=") {
        list = String(word.dropFirst(9))
      }
      guard let list else {
        throw Failure(
          .unsupported, "the option \(word) of ps is not understood", hint: "there is -o pid,ppid,user,time,cmd")
      }
      for name in list.split(separator: ",") {
        let parts = name.split(separator: "=", maxSplits: 1).map(String.init)
        guard var column = known.first(where: { $0.names.contains(parts[0].lowercased()) })?.column else {
          throw Failure(.invalidInput, "ps has no column \"\(name)\" here")
        }
        if !["uid", "pid", "ppid", "c", "tty", "time", "cmd"].contains(parts[0]) {
          column.heading = parts[0].uppercased()
        }
        if parts.count > 1 { column.heading = parts[1] }
        chosen.append(column)
      }
    }
    return chosen.isEmpty ? known.prefix(8).map(\.column) : chosen
  }
}
