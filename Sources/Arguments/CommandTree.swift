/// A command with the way to it, for what is made from the whole tree: completions, the manual.
struct PlacedCommand {
  /// From the program down.
  var path: [Command]

  var command: Command { path[path.count - 1] }
  /// Without the program's name: `image ls`.
  var words: [String] { path.dropFirst().map(\.name) }

  /// The flags that may be given here and are worth offering.
  var flags: [Flag] {
    (command.flags + path.flatMap(\.inherited)).filter { !$0.isHidden && $0.refusal == nil }
      .sorted { $0.name < $1.name }
  }

  var subcommands: [Command] { command.subcommands.filter { !$0.isHidden } }
}

extension Command {
  /// This command and everything below it that is not hidden, parents first, in the order of the tables.
  var tree: [PlacedCommand] { placed(below: []) }

  private func placed(below path: [Command]) -> [PlacedCommand] {
    let here = path + [self]
    return [PlacedCommand(path: here)] + subcommands.filter { !$0.isHidden }.flatMap { $0.placed(below: here) }
  }
}

extension Flag {
  /// As it may be written: `-d`, `--detach`.
  var spellings: [String] { (short.map { ["-\($0)"] } ?? []) + ["--\(name)"] }
}
