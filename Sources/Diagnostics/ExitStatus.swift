/// Exit statuses that scripts depend on. Others are passed through from the program in the container.
public enum ExitStatus {
  public static let success: Int32 = 0
  public static let failure: Int32 = 1
  /// `plan` and `drift`: there are changes.
  public static let changes: Int32 = 2
  /// The command line was understood and makes no sense.
  public static let usage: Int32 = 1
  /// `run`, `exec`: Davit itself failed before the program started.
  public static let engine: Int32 = 125
  /// `run`, `exec`: the program was found and cannot be executed.
  public static let notExecutable: Int32 = 126
  /// `run`, `exec`: the program was not found.
  public static let programNotFound: Int32 = 127
  /// The command was ended by Ctrl-C.
  public static let interrupted: Int32 = 130
}
