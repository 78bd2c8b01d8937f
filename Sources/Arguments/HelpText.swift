extension ParsedArguments {
  /// The help of the command that was asked for.
  public var help: String { HelpText(path: path).text }
}

/// Help in the shape that docker's commands have.
struct HelpText {
  /// From the program down to the command.
  var path: [Command]
  var width = 80

  private var command: Command { path[path.count - 1] }
  private var invocation: String { path.map(\.name).joined(separator: " ") }

  var text: String {
    var sections = [
      "Usage:  \(usage)", [command.summary, command.details].filter { !$0.isEmpty }.joined(separator: "\n\n"),
    ]
    if !command.aliases.isEmpty {
      let parent = path.dropLast().map(\.name).joined(separator: " ")
      let names = ([command.name] + command.aliases).map { "\(parent) \($0)" }
      sections.append("Aliases:\n  " + names.joined(separator: ", "))
    }
    if let options { sections.append("Options:\n" + options) }
    let visible = command.subcommands.filter { !$0.isHidden }
    let groups = visible.filter { !$0.subcommands.isEmpty }
    let verbs = visible.filter { $0.subcommands.isEmpty }
    if !groups.isEmpty { sections.append("Management Commands:\n" + list(groups)) }
    if !verbs.isEmpty { sections.append("Commands:\n" + list(verbs)) }
    if !visible.isEmpty { sections.append("Run '\(invocation) COMMAND --help' for more information on a command.") }
    return sections.joined(separator: "\n\n") + "\n"
  }

  private var usage: String {
    command.usage.isEmpty ? invocation : "\(invocation) \(command.usage)"
  }

  /// The command's own flags and those that any ancestor lets it inherit, by name.
  private var options: String? {
    let flags = (command.flags + path.flatMap(\.inherited)).filter { !$0.isHidden && $0.refusal == nil }
      .sorted { $0.name < $1.name }
    guard !flags.isEmpty else { return nil }
    let heads = flags.map { flag in
      (flag.short.map { "  -\($0), --" } ?? "      --") + flag.name
        + (flag.placeholder.isEmpty ? "" : " " + flag.placeholder)
    }
    let column = (heads.map(\.count).max() ?? 0) + 3
    return zip(heads, flags).map { head, flag in
      let flowed = TextFlow.lines(of: Self.describe(flag), width: width - column)
      let indent = "\n" + String(repeating: " ", count: column)
      return head + String(repeating: " ", count: column - head.count) + flowed.joined(separator: indent)
    }.joined(separator: "\n")
  }

  static func describe(_ flag: Flag) -> String {
    guard let initial = flag.shownInitial ?? flag.initial, !initial.isEmpty else { return flag.summary }
    return flag.summary + (flag.kind == .text ? " (default \"\(initial)\")" : " (default \(initial))")
  }

  private func list(_ commands: [Command]) -> String {
    let column = (commands.map(\.name.count).max() ?? 0) + 2
    return commands.sorted { $0.name < $1.name }.map {
      "  \($0.name)\(String(repeating: " ", count: column - $0.name.count))\($0.summary)"
    }.joined(separator: "\n")
  }
}
