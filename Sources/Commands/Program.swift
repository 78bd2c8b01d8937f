import Arguments
import Diagnostics
import Glibc

/// The command line of Davit.
public enum Program {
  public static let version = "0.1.0"

  /// Understands the words of a command line, does what they say and reports how it went.
  /// - Parameter words: the name that the program is called by comes first.
  /// - Returns: the exit status.
  public static func run(_ words: [String]) -> Int32 {
    let called = words.first?.split(separator: "/").last.map(String.init) ?? "davit"
    var words = Array(words.dropFirst())
    // `davit help up` is `davit up --help`.
    if words.first == "help" { words = words.dropFirst() + ["--help"] }
    do {
      let line = VerbMeaning.head(of: words)
      let parsed = try CommandTable.root(
        named: called, meaning: called == "docker" ? .single : VerbMeaning.of(line), verb: line?.positionals.first
      ).parse(words)
      guard let action = parsed.command.action, !parsed.wantsHelp else {
        Output.standard.write(help(of: parsed))
        return ExitStatus.success
      }
      if let ansi = parsed.text("ansi"), !["never", "always", "auto"].contains(ansi) {
        throw Failure(.invalidInput, "invalid value \(ansi)", subject: "--ansi", hint: "use never, always or auto")
      }
      return try action(parsed)
    } catch {
      return report(error)
    }
  }

  /// Prints what went wrong, as its own description says it.
  static func report(_ error: any Error) -> Int32 {
    let status: Int32
    switch error {
    case let failure as Failure: status = failure.exitStatus ?? ExitStatus.failure
    case let failures as Failures: status = failures.all.compactMap(\.exitStatus).first ?? ExitStatus.failure
    default: status = ExitStatus.failure
    }
    Output.error.write("\(error)\n")
    return status
  }
}
