import Diagnostics

/// Command lines that cannot be understood, in the words of the tools that people come from.
enum UsageError {
  static func unknownFlag(_ name: String, in parsed: ParsedArguments) -> Failure {
    let visible = visibleFlags(parsed)
    if let elsewhere = parsed.path.dropLast().last(where: { $0.flags.contains { $0.name == name } }) {
      return misplaced("--\(name)", before: elsewhere, in: parsed)
    }
    let near = Suggestion.nearest(to: name, among: visible.map(\.name)).map { "--\($0)" }
    return failure("unknown flag: --\(name)", near: near, parsed)
  }

  static func unknownShorthand(_ letter: Character, in cluster: String, _ parsed: ParsedArguments) -> Failure {
    if let elsewhere = parsed.path.dropLast().last(where: { $0.flags.contains { $0.short == letter } }) {
      return misplaced("-\(letter)", before: elsewhere, in: parsed)
    }
    return failure("unknown shorthand flag: '\(letter)' in \(cluster)", parsed)
  }

  static func needsArgument(_ flag: Flag, written: String, _ parsed: ParsedArguments) -> Failure {
    failure("flag needs an argument: \(written)", parsed)
  }

  static func invalidValue(_ value: String, for flag: Flag, _ parsed: ParsedArguments) -> Failure {
    let expected = flag.kind == .integer ? "not a whole number" : "neither true nor false"
    return failure("invalid argument \"\(value)\" for \"\(flag.title)\" flag: \(expected)", parsed)
  }

  static func refused(_ flag: Flag, because reason: String, _ parsed: ParsedArguments) -> Failure {
    Failure(
      .unsupported, reason, subject: "\(parsed.invocation) --\(flag.name)", exitStatus: parsed.command.usageStatus)
  }

  static func unknownCommand(_ word: String, in parsed: ParsedArguments) -> Failure {
    let names = parsed.command.subcommands.filter { !$0.isHidden }.flatMap { [$0.name] + $0.aliases }
    let near = Suggestion.nearest(to: word, among: names).map { "\(parsed.invocation) \($0)" }
    var failure = failure("'\(word)' is not a \(parsed.invocation) command", near: near, parsed)
    failure.exitStatus = parsed.command.misuse.command
    return failure
  }

  static func wrongCount(_ parsed: ParsedArguments) -> Failure {
    let (arity, count) = (parsed.command.arity, parsed.positionals.count)
    let wanted =
      arity == 0...0
      ? "accepts no arguments"
      : arity.lowerBound == arity.upperBound
        ? "requires exactly \(plural(arity.lowerBound))"
        : count < arity.lowerBound
          ? "requires at least \(plural(arity.lowerBound))" : "accepts at most \(plural(arity.upperBound))"
    var failure = failure("\"\(parsed.invocation)\" \(wanted), received \(count)", parsed)
    // Docker's commands tell a wrong number of arguments from other mistakes.
    failure.exitStatus = 1
    return failure
  }

  private static func plural(_ count: Int) -> String { count == 1 ? "1 argument" : "\(count) arguments" }

  private static func misplaced(_ flag: String, before ancestor: Command, in parsed: ParsedArguments) -> Failure {
    let position = parsed.path.lastIndex { $0.name == ancestor.name } ?? 0
    let head = parsed.path[...position].map(\.name).joined(separator: " ")
    let tail = parsed.path[(position + 1)...].map(\.name).joined(separator: " ")
    return Failure(
      .invalidInput, flag.hasPrefix("--") ? "unknown flag: \(flag)" : "unknown shorthand flag: '\(flag.dropFirst())'",
      hint: "\(flag) goes before the subcommand: `\(head) \(flag) … \(tail)`", exitStatus: parsed.command.misuse.flag)
  }

  private static func failure(_ message: String, near: String? = nil, _ parsed: ParsedArguments) -> Failure {
    let help = "see `\(parsed.invocation) --help`"
    return Failure(
      .invalidInput, message, hint: near.map { "did you mean \($0)? \(help)" } ?? help,
      exitStatus: parsed.command.misuse.flag)
  }

  private static func visibleFlags(_ parsed: ParsedArguments) -> [Flag] {
    (parsed.command.flags + parsed.path.flatMap(\.inherited)).filter { !$0.isHidden }
  }
}
