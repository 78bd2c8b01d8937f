/// A command line that was understood.
public struct ParsedArguments: Sendable {
  /// The commands from the program down to the one that was asked for.
  public internal(set) var path: [Command]
  public internal(set) var positionals: [String] = []
  /// `--help` was given somewhere; nothing else is checked then.
  public internal(set) var wantsHelp = false
  /// Values by flag name, in the order given.
  var given: [String: [String]] = [:]
  /// The flags that were known where they were given or could have been.
  var known: [String: Flag]

  init(root: Command) {
    path = [root]
    known = [:]
    learn(root.flags)
    learn(root.inherited)
  }

  mutating func learn(_ flags: [Flag]) {
    for flag in flags { known[flag.name] = flag }
  }

  public var command: Command { path[path.count - 1] }

  /// As a person would write it: `davit image ls`.
  public var invocation: String { path.map(\.name).joined(separator: " ") }

  /// Whether the command that was asked for has a flag of its own under this name.
  public func hasFlag(_ name: String) -> Bool { command.flags.contains { $0.name == name } }

  public func isGiven(_ name: String) -> Bool { given[name] != nil }

  public func boolean(_ name: String) -> Bool {
    value(name).flatMap(Boolean.parse) ?? false
  }

  public func text(_ name: String) -> String? { value(name) }

  public func integer(_ name: String) -> Int? { value(name).flatMap(Integer.parse) }

  public func list(_ name: String) -> [String] {
    expect(name)
    return given[name] ?? []
  }

  private func value(_ name: String) -> String? {
    expect(name)
    return given[name]?.last ?? known[name]?.initial
  }

  /// Asking for a flag that no table has is a mistake in this program, not in the command line.
  private func expect(_ name: String) {
    precondition(known[name] != nil, "no command on the path has a flag --\(name)")
  }
}
