/// Where the shell finds the words that may stand for a flag's value or a positional argument.
public enum ValueSource: Hashable, Sendable {
  /// Nothing is offered.
  case none
  case files
  case directories
  case words([String])
  /// The lines that the program itself prints when it is called with these arguments.
  case query([String])
  /// The subcommands of the program, and then whatever they take: another command line.
  case commandLine
}
