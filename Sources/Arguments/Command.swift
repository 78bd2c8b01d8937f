/// One command of the program: its flags, what may follow them, and its subcommands. A tree of these is the whole
/// command line, from which parsing, help, completions and the manual page are derived.
///
/// Written by hand rather than with swift-argument-parser: scripts depend on `--tty=false`, which that library cannot
/// say, and its reflection over property wrappers costs milliseconds at every start.
public struct Command: Sendable {
  public typealias Action = @Sendable (ParsedArguments) throws -> Int32

  public var name: String
  public var aliases: [String] = []
  public var summary: String
  /// Paragraphs that follow the summary in help.
  public var details = ""
  /// What follows the command's name in the usage line: `[OPTIONS] [SERVICE...]`.
  public var usage: String
  public var flags: [Flag]
  /// How many positional arguments it takes.
  public var arity: ClosedRange<Int>
  /// What the shell offers for positional arguments, the last entry for all that follow.
  public var positionals: [ValueSource]
  /// Everything behind the first positional argument belongs to another program, dashes and all.
  public var stopsAtFirstPositional = false
  /// Dashes mean nothing at all: every word is an argument.
  public var passesFlagsThrough = false
  /// The flags may also be given to any command below this one (where that one has no flag of the name).
  public var inherited: [Flag] = []
  public var isHidden = false
  /// Known by name, and not something that this program does, for this reason.
  public var refusal: String?
  /// The exit status for a command line that is understood and makes no sense.
  public var usageStatus: Int32 = 1
  /// Whose exit statuses it has where not even its flags can be understood.
  public var misuse = UsageStatus.docker
  public var subcommands: [Command] = []
  /// What to do. Absent for a group of subcommands, whose help is shown instead.
  public var action: Action?

  public init(
    _ name: String, _ summary: String, usage: String = "[OPTIONS]", flags: [Flag] = [], arity: ClosedRange<Int> = 0...0,
    positionals: [ValueSource] = [], action: Action? = nil
  ) {
    self.name = name
    self.summary = summary
    self.usage = usage
    self.flags = flags
    self.arity = arity
    self.positionals = positionals
    self.action = action
  }

  /// A command that only holds others.
  public static func group(_ name: String, _ summary: String, _ subcommands: [Command]) -> Command {
    var command = Command(name, summary, usage: "COMMAND")
    command.subcommands = subcommands
    return command
  }

  public func aliased(_ names: String...) -> Command {
    var copy = self
    copy.aliases += names
    return copy
  }

  public var hidden: Command {
    var copy = self
    copy.isHidden = true
    return copy
  }

  func subcommand(named word: String) -> Command? {
    subcommands.first { $0.name == word || $0.aliases.contains(word) }
  }
}

extension ClosedRange<Int> {
  /// This many or more.
  public static func atLeast(_ count: Int) -> ClosedRange<Int> { count...Int.max }
}
