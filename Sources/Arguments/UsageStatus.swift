/// The exit statuses for a command line that cannot be understood; scripts of the one tool or the other depend on them.
public struct UsageStatus: Hashable, Sendable {
  /// For a flag that there is not, or one without its value.
  public var flag: Int32
  /// For a command that there is not.
  public var command: Int32

  public static let docker = UsageStatus(flag: 125, command: 1)
  public static let compose = UsageStatus(flag: 16, command: 16)
}
