/// Who applied something, and from where.
public struct Origin: Codable, Hashable, Sendable {
  /// Name of the user, the one behind `sudo` where there is one.
  public var user: String
  public var uid: UInt32
  public var host: String
  public var directory: String
  /// The project's files; empty where it was not made from files.
  public var files: [String]
  /// In words: `up`, `apply plan.json`, `rollback to 3`.
  public var command: String

  public init(
    user: String, uid: UInt32, host: String, directory: String, files: [String] = [], command: String
  ) {
    self.user = user
    self.uid = uid
    self.host = host
    self.directory = directory
    self.files = files
    self.command = command
  }
}
