import Arguments
import Diagnostics
import Engine
import Glibc
import Presentation
import Synchronization

/// A command line at work: what it said, and what the environment and the terminal add to it. Nothing is opened or read
/// before it is asked for.
struct Invocation: Sendable {
  let arguments: ParsedArguments

  init(_ arguments: ParsedArguments) { self.arguments = arguments }

  /// A variable of the environment; empty ones count as absent. Docker compose's own may stand in `.env`, too.
  func variable(_ name: String) -> String? {
    processVariable(name) ?? (name.hasPrefix("COMPOSE_") ? dotenvSettings[name].flatMap { $0.isEmpty ? nil : $0 } : nil)
  }

  /// A variable that whoever started this command set.
  func processVariable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// What `.env`, or the files in its place, say of `COMPOSE_…`. What is wrong with them is told when the project is read.
  private var dotenvSettings: [String: String] {
    Self.settings.withLock { settings in
      if let settings { return settings }
      let read = (try? loadOptions().settings) ?? [:]
      settings = read
      return read
    }
  }

  private static let settings = Mutex<[String: String]?>(nil)

  /// Whether a variable says yes, as docker compose reads COMPOSE_REMOVE_ORPHANS and its like.
  func isOn(_ name: String) -> Bool {
    ["1", "t", "true", "y", "yes"].contains((variable(name) ?? "").lowercased())
  }

  var environment: [String: String] {
    var all: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text)
      if let equals = pair.firstIndex(of: "=") {
        all[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
      }
      entry += 1
    }
    return all
  }

  var workingDirectory: String {
    get throws(Failure) {
      guard let path = getcwd(nil, 0) else {
        throw Failure(.system, "the working directory is gone", hint: "change into one that exists")
      }
      defer { free(path) }
      return String(cString: path)
    }
  }

  /// The engine of this machine. Throws without the privileges that containers need.
  func engine() throws -> Engine {
    let host = Host.fromEnvironment()
    try host.requirePrivileges()
    return Engine(host: host) { warn([$0]) }
  }

  /// `never`, `always` or `auto`.
  var ansi: String {
    arguments.boolean("no-ansi") ? "never" : arguments.text("ansi") ?? variable("COMPOSE_ANSI") ?? "auto"
  }

  func style(of output: Output) -> Style {
    .choose(ansi: ansi, noColour: variable("NO_COLOR"), isTerminal: output.isTerminal)
  }

  func warn(_ message: String) {
    Output.error.print(style(of: .error).paint("warning:", .yellow) + " " + message)
  }

  func warn(_ warnings: [Warning]) { for warning in warnings { warn(warning.description) } }

  var format: RowFormat {
    get throws(Failure) { try RowFormat(arguments.text("format") ?? "table") }
  }

  /// Seconds behind a flag, as the nanoseconds that the libraries take.
  func seconds(_ flag: String) throws(Failure) -> Int64? {
    guard let seconds = arguments.integer(flag) else { return nil }
    guard seconds <= 1_000_000_000 else {
      throw Failure(.invalidInput, "\(seconds) seconds are too many", subject: "--\(flag)")
    }
    return Int64(seconds) * 1_000_000_000
  }
}
